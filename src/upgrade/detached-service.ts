import { statSync } from 'node:fs';
import { readFile, readlink, stat } from 'node:fs/promises';
import { type Clock, wait } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { spawnDetached } from '../lib/spawn-detached.ts';
import { holdsItsFiles, identityOf } from '../supervisor/process-identity.ts';
import { END_LIMIT_MS, type Service, SHOWN_LINES } from './service.ts';

export interface DetachedOptions {
  readonly pid: number;
  /** Where the executable is, whatever it is by then. */
  readonly executable: string;
  /** Where what it prints goes, where the process has no file for that. */
  readonly logPath: string;
  /** Milliseconds. */
  readonly stopLimit: number;
  readonly clock: Clock;
}

const POLL_MS = 50;

/** A server that somebody started by hand, or the dashboard: it is started anew as it was, apart from this process. */
export async function detachedService(options: DetachedOptions): Promise<Service> {
  const { executable, stopLimit, clock } = options;
  await refuseForeign(options.pid);
  const began = await describe(options.pid, options.logPath);
  let pid = options.pid;
  let child: Bun.Subprocess | undefined;
  /** Where its log was when it was started last. */
  let logStart = 0;

  async function stopWithin(limit: number): Promise<void> {
    const identity = await identityOf(pid);
    if (!identity) return;
    process.kill(pid, 'SIGTERM');
    for (let waited = 0; await holdsItsFiles(identity); waited += POLL_MS) {
      if (waited >= limit) process.kill(pid, 'SIGKILL');
      await wait(clock, POLL_MS);
    }
  }

  return {
    name: `the process ${pid}`,
    stop: () => stopWithin(stopLimit),
    end: () => stopWithin(END_LIMIT_MS),

    async start() {
      const { args, env, cwd, logPath } = began;
      logStart = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0;
      child = spawnDetached({ command: [executable, ...args], env, cwd, logPath, logFlags: 'a' });
      pid = child.pid;
    },

    async failed() {
      if (!child || (child.exitCode === null && child.signalCode === null)) return undefined;
      return `it ended with ${child.signalCode ?? child.exitCode}`;
    },

    async lastWords() {
      const log = await Bun.file(began.logPath).slice(logStart).text();
      return log.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    },
  };
}

/** Started again by us it would run as us. */
async function refuseForeign(pid: number): Promise<void> {
  const { uid } = await stat(`/proc/${pid}`);
  if (uid === process.geteuid?.()) return;
  throw new DomainError(
    'upgrade_forbidden',
    `the didar that runs (pid ${pid}) belongs to the account with uid ${uid}`,
    {
      fix: `use that account (sudo -u '#${uid}' didar upgrade …), or stop it, upgrade, and start it again`,
    },
  );
}

/** How a process was started. */
async function describe(pid: number, ownLog: string) {
  try {
    const [command, environ, cwd, output] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile(`/proc/${pid}/environ`, 'utf8'),
      readlink(`/proc/${pid}/cwd`),
      readlink(`/proc/${pid}/fd/2`),
    ]);
    const isFile = (await stat(output).catch(() => undefined))?.isFile() ?? false;
    return {
      args: command.split('\0').slice(1, -1),
      env: Object.fromEntries(environ.split('\0').filter(Boolean).map(pairOf)),
      cwd,
      logPath: isFile ? output : ownLog,
    };
  } catch (cause) {
    throw new DomainError('upgrade_forbidden', `the running didar (pid ${pid}) can't be looked at`, {
      fix: 'use sudo, or the account that didar runs as',
      cause,
    });
  }
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
