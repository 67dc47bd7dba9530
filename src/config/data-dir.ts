import { randomBytes } from 'node:crypto';
import { accessSync, constants, statfsSync } from 'node:fs';
import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError, messageOf } from '../lib/errors.ts';

/** Where everything in the data directory is. All paths are absolute. */
export interface DataDir {
  readonly path: string;
  readonly database: string;
  /** Keys that are made once. */
  readonly secrets: string;
  /** The unpacked media server. */
  readonly bin: string;
  /** What has a meaning only while a daemon runs: locks, pids, the media server's configuration. */
  readonly run: string;
  readonly socket: string;
  /** The daemon's own pid, for people and for messages; the lock does not depend on it. */
  readonly pidFile: string;
  /** Which media server was started, so that the next start finds one left behind. */
  readonly childPidFile: string;
  readonly livekitConfig: string;
  readonly setupCode: string;
  readonly certificates: string;
  readonly recordings: string;
  /** What is left to do of a restore, while one puts its files in place. */
  readonly restorePlan: string;
}

export function dataDirAt(path: string): DataDir {
  const run = join(path, 'run');
  return {
    path,
    database: join(path, 'didar.db'),
    secrets: join(path, 'secrets'),
    bin: join(path, 'bin'),
    run,
    socket: join(path, 'didar.sock'),
    pidFile: join(run, 'didar.pid'),
    childPidFile: join(run, 'livekit.pid'),
    livekitConfig: join(run, 'livekit.yaml'),
    setupCode: join(path, 'setup-code'),
    certificates: join(path, 'certificates'),
    recordings: join(path, 'recordings'),
    restorePlan: join(path, 'restore.json'),
  };
}

const PRIVATE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * The data directory, made (mode 0700) when it isn't there, and proven to be writable by writing.
 * A directory that exists keeps its mode, since it may be shared with something else; what didar puts into it is
 * private by itself.
 * @throws DomainError `data_dir_forbidden`, `data_dir_invalid`, `data_dir_unwritable`, `data_dir_unsafe`
 */
export async function openDataDir(path: string): Promise<DataDir> {
  const dataDir = dataDirAt(path);
  try {
    await mkdir(path, { recursive: true, mode: PRIVATE });
    const { mode } = await stat(path);
    if ((mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0) throw unsafe(path);
    for (const directory of [dataDir.run, dataDir.secrets]) {
      await mkdir(directory, { recursive: true, mode: PRIVATE });
      await chmod(directory, PRIVATE);
    }
    await proveWritable(path);
  } catch (error) {
    throw error instanceof DomainError ? error : explain(path, error);
  }
  return dataDir;
}

/** The mode bits say nothing of read-only mounts, full disks and quotas: writing does. */
async function proveWritable(path: string): Promise<void> {
  const probe = join(path, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(probe, 'x', { mode: 0o600 });
  } finally {
    await rm(probe, { force: true });
  }
}

/** With less, the next recording or checkpoint of the database may fail in its middle. */
const LEAST_FREE_BYTES = 16 * 1024 * 1024;

/**
 * Whether a data directory in use still takes files; cheap enough to be asked for readiness, since it writes nothing.
 * @throws DomainError `data_dir_forbidden`, `data_dir_invalid`, `data_dir_unwritable`
 */
export function assertTakesFiles(path: string): void {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw explain(path, error);
  }
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < LEAST_FREE_BYTES) throw unwritable(path, 'is on a full disk', 'make room', undefined);
}

function unsafe(path: string): DomainError {
  return new DomainError('data_dir_unsafe', `others may replace files in the data directory ${path}`, {
    fix: `chmod go-w ${path}`,
  });
}

function explain(path: string, error: unknown): DomainError {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new DomainError('data_dir_forbidden', `this user may not write to the data directory ${path}`, {
        fix: 'use sudo or the account that didar runs as, or name another directory with --data',
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
      return new DomainError('data_dir_invalid', `the data directory ${path} is not a directory`, {
        fix: 'name a directory with --data or the key data',
        cause: error,
      });
    case 'EROFS':
      return unwritable(path, 'is on a file system that is mounted read-only', 'mount it writable', error);
    case 'ENOSPC':
    case 'EDQUOT':
      return unwritable(path, 'is on a full disk', 'make room', error);
    default:
      return unwritable(path, `can't be written to: ${messageOf(error)}`, 'see to the disk', error);
  }
}

function unwritable(path: string, problem: string, fix: string, cause: unknown): DomainError {
  return new DomainError('data_dir_unwritable', `the data directory ${path} ${problem}`, {
    fix: `${fix}, or name another directory with --data`,
    cause,
  });
}
