import { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import { DomainError } from '../lib/errors.ts';
import type { DataDir } from './data-dir.ts';

export interface DataDirLock {
  release(): Promise<void>;
}

/** How long a starting daemon waits for commands that have the database open; they take milliseconds. */
const COMMANDS_LIMIT_MS = 10_000;

/** Keeps what is locked from the garbage collector, which would close the file and thereby give the lock up. */
const held = new Set<Database>();

/**
 * Claims the data directory for the daemon: one at a time. Commands that are at work in it are waited for.
 *
 * The lock is a transaction on an empty SQLite file, thus a lock of the kernel on an open file: it ends with the
 * process, however that dies, and is never stale. A pid file could say no such thing. (A lock on one file of this kind
 * ends when the process closes *any* descriptor of it: nothing else may open these files.)
 * @throws DomainError `data_dir_locked` when another daemon has it, `data_dir_busy` when a command doesn't end.
 */
export async function lockForDaemon(
  dataDir: DataDir,
  { pid }: { readonly pid: number },
): Promise<DataDirLock> {
  const daemon = acquire(join(dataDir.run, 'daemon.lock'), 'BEGIN EXCLUSIVE');
  if (!daemon) throw await alreadyServed(dataDir);
  const use = acquire(commandsLock(dataDir), 'BEGIN EXCLUSIVE', COMMANDS_LIMIT_MS);
  if (!use) {
    letGo(daemon);
    throw new DomainError(
      'data_dir_busy',
      `a didar command is at work in ${dataDir.path}, and does not end`,
      {
        fix: `find it with: fuser -v ${commandsLock(dataDir)}`,
      },
    );
  }
  await writeFileAtomic(dataDir.pidFile, `${pid}\n`);
  return {
    async release() {
      await rm(dataDir.pidFile, { force: true });
      letGo(use);
      letGo(daemon);
    },
  };
}

/**
 * Claims the data directory for a command that opens the database itself, together with other commands.
 * @throws DomainError `data_dir_locked` while a daemon serves it: the command then has to ask that.
 *   `restore_unfinished` where a restore was cut short: what is there belongs to two servers.
 */
export async function lockForCommand(dataDir: DataDir): Promise<DataDirLock> {
  const lock = acquire(commandsLock(dataDir), 'BEGIN');
  if (!lock) throw await alreadyServed(dataDir);
  if (existsSync(dataDir.restorePlan)) {
    letGo(lock);
    throw new DomainError('restore_unfinished', `A restore into ${dataDir.path} was cut short.`, {
      fix: 'Start the server, or restore again: either completes it first.',
    });
  }
  return { release: async () => letGo(lock) };
}

function commandsLock(dataDir: DataDir): string {
  return join(dataDir.run, 'use.lock');
}

/** Undefined when somebody else has it. Waits inside SQLite, blocking: nothing else is to be done before. */
function acquire(path: string, begin: 'BEGIN' | 'BEGIN EXCLUSIVE', limitMs = 0): Database | undefined {
  const file = new Database(path);
  try {
    file.run(`PRAGMA busy_timeout = ${limitMs}`);
    file.run(begin);
    // A plain BEGIN takes its shared lock with the first read.
    file.run('SELECT count(*) FROM sqlite_master');
    held.add(file);
    return file;
  } catch (error) {
    file.close();
    if ((error as { readonly code?: unknown }).code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
}

function letGo(lock: Database): void {
  held.delete(lock);
  lock.close();
}

async function alreadyServed(dataDir: DataDir): Promise<DomainError> {
  const pid = await readFile(dataDir.pidFile, 'utf8').then(
    (text) => ` (pid ${text.trim()})`,
    () => '',
  );
  return new DomainError('data_dir_locked', `another didar${pid} serves the data directory ${dataDir.path}`, {
    fix: 'stop it first, or give this one a directory of its own with --data',
  });
}
