import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import { type Clock, wait } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import {
  holdsItsFiles,
  identityOf,
  isSameProcess,
  leadsGroup,
  type ProcessIdentity,
} from './process-identity.ts';
import { signalGroup } from './signal-group.ts';

const GONE_POLL_MS = 10;
const GONE_LIMIT_MS = 5_000;

/** Stands in the file from before the child is started until it is known. */
const COMING = 'a child is being started\n';
/** In the environment of each child, with the path of its pid file: by that it is found before it is known. */
export const MARK = 'DIDAR_CHILD_OF';

/** To be called before a child is started: from then on the next start of this daemon looks for one. */
export async function announceChild(path: string): Promise<void> {
  await writeFile(path, COMING, { mode: 0o600 });
}

/** Remembers the child for the next start of this daemon. */
export async function writePidFile(path: string, pid: number): Promise<void> {
  const identity = await identityOf(pid);
  if (identity !== undefined) await writeFileAtomic(path, `${JSON.stringify(identity)}\n`);
}

export async function removePidFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

export interface OrphanOptions {
  readonly pidFile: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Ends the child that a killed daemon left behind. It is ours only if number, start time and executable all
 * match what was written down, or if it bears our mark where the daemon died before it could write them down;
 * anything else is left alone. SIGKILL, because the calls it carried were
 * signalled through the daemon that died: there is nobody left to drain.
 *
 * @returns the number of the process that was ended
 */
export async function endOrphan({ pidFile, clock, log }: OrphanOptions): Promise<number | undefined> {
  const written = await readPidFile(pidFile);
  if (written === undefined) return undefined;
  const child = written === 'unknown' ? await findMarked(pidFile) : written;
  if (child === undefined) {
    await removePidFile(pidFile);
    return undefined;
  }
  const living = await identityOf(child.pid);
  const ours = living !== undefined && isSameProcess(living, child);
  if (ours) {
    log.warn('ending the child that an earlier daemon left behind', { ...child });
    signalGroup(child.pid, 'SIGKILL');
  }
  // One that was dying by itself counts as gone, but has its ports until it is.
  if (ours || living === undefined) await waitUntilGone(child, clock);
  await removePidFile(pidFile);
  return ours ? child.pid : undefined;
}

/** The process group leader that was started with our mark. */
async function findMarked(pidFile: string): Promise<ProcessIdentity | undefined> {
  const mark = `\0${MARK}=${pidFile}\0`;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Of other users', and of what ends meanwhile, it can't be read.
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    const pid = Number(name);
    // What it has started bears the mark too.
    if (`\0${environment}`.includes(mark) && (await leadsGroup(pid))) return identityOf(pid);
  }
  return undefined;
}

async function waitUntilGone(identity: ProcessIdentity, clock: Clock): Promise<void> {
  const limit = clock.now() + GONE_LIMIT_MS;
  while (clock.now() < limit) {
    if (!(await holdsItsFiles(identity))) return;
    await wait(clock, GONE_POLL_MS);
  }
}

/** `unknown`: one was being started, and the file does not say which. */
async function readPidFile(path: string): Promise<ProcessIdentity | 'unknown' | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isIdentity(value) ? value : 'unknown';
  } catch (error) {
    if (error instanceof SyntaxError) return 'unknown';
    throw error;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime, executable } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  // 0 and 1 would address our own group and init.
  return (
    Number.isInteger(pid) &&
    Number(pid) > 1 &&
    typeof startTime === 'string' &&
    typeof executable === 'string'
  );
}
