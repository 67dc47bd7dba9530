import { readFile, rm } from 'node:fs/promises';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import { type Clock, wait } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { holdsItsFiles, identityOf, isSameProcess, type ProcessIdentity } from './process-identity.ts';
import { signalGroup } from './signal-group.ts';

const GONE_POLL_MS = 10;
const GONE_LIMIT_MS = 5_000;

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
 * match what was written down; anything else is left alone. SIGKILL, because the calls it carried were
 * signalled through the daemon that died: there is nobody left to drain.
 *
 * @returns the number of the process that was ended
 */
export async function endOrphan({ pidFile, clock, log }: OrphanOptions): Promise<number | undefined> {
  const written = await readPidFile(pidFile);
  if (written === undefined) return undefined;
  const living = await identityOf(written.pid);
  const ours = living !== undefined && isSameProcess(living, written);
  if (ours) {
    log.warn('ending the child that an earlier daemon left behind', { ...written });
    signalGroup(written.pid, 'SIGKILL');
  }
  // One that was dying by itself counts as gone, but has its ports until it is.
  if (ours || living === undefined) await waitUntilGone(written, clock);
  await removePidFile(pidFile);
  return ours ? written.pid : undefined;
}

async function waitUntilGone(identity: ProcessIdentity, clock: Clock): Promise<void> {
  const limit = clock.now() + GONE_LIMIT_MS;
  while (clock.now() < limit) {
    if (!(await holdsItsFiles(identity))) return;
    await wait(clock, GONE_POLL_MS);
  }
}

async function readPidFile(path: string): Promise<ProcessIdentity | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isIdentity(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
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
