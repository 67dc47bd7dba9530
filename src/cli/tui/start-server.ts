import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, wait } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { spawnDetached } from '../../lib/spawn-detached.ts';
import { printNote } from '../lib/output.ts';
import { selfCommand } from '../lib/self-command.ts';
import { findSocket, type SocketPlaces } from '../lib/socket.ts';

/** The first start unpacks the media server and makes the database, on a slow disk too. */
const START_LIMIT_MS = 60_000;
const POLL_MS = 20;
const SHOWN_LINES = 20;

export interface StartServerOptions {
  /** Options for `serve`. */
  readonly args: readonly string[];
  readonly places: SocketPlaces;
  readonly logDirectory: string;
}

export interface StartedServer {
  readonly pid: number;
  readonly socket: string;
  readonly logPath: string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
}

/**
 * Starts `didar serve` apart from this process and its terminal, and waits until it answers. What it prints goes to
 * a file. Errors: `server_not_started` with its last lines when it ends, or does not answer in time.
 */
export async function startServer({
  args,
  places,
  logDirectory,
}: StartServerOptions): Promise<StartedServer> {
  const started = performance.now();
  const logPath = join(logDirectory, 'serve.log');
  mkdirSync(logDirectory, { recursive: true, mode: 0o700 });
  printNote('No didar runs here: starting one …');
  const child = spawnDetached({ command: [...selfCommand(), 'serve', ...args], logPath, logFlags: 'w' });

  while (performance.now() - started < START_LIMIT_MS) {
    if (child.exitCode !== null || child.signalCode !== null) throw await notStarted(child.exitCode, logPath);
    const socket = await findSocket(places);
    if (socket !== undefined) {
      printNote(`The server answers after ${((performance.now() - started) / 1000).toFixed(1)} s.`);
      return { pid: child.pid, socket, logPath, stop: () => stopChild(child) };
    }
    await Promise.race([wait(systemClock, POLL_MS), child.exited]);
  }
  child.kill();
  throw await notStarted(undefined, logPath);
}

/** A stop lets meetings end first, for as long as `server.drainLimit` says: the server sees to the limit itself. */
async function stopChild(child: Bun.Subprocess): Promise<void> {
  printNote('Stopping the server …');
  child.ref();
  child.kill('SIGTERM');
  await child.exited;
  printNote('The server has stopped.');
}

/** The server's own words about what is wrong, its exit code kept. */
async function notStarted(code: number | null | undefined, logPath: string): Promise<DomainError> {
  const lines = (await readFile(logPath, 'utf8')).trimEnd().split('\n').slice(-SHOWN_LINES);
  const how = code === undefined ? `did not answer within ${START_LIMIT_MS / 1000} s` : 'ended at once';
  return new DomainError('server_not_started', `the server ${how}; it said:\n${lines.join('\n')}`, {
    fix: `see ${logPath}, or start it by hand to watch it: didar serve`,
    details: { exitCode: code ?? undefined },
  });
}
