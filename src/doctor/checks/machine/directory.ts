import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failed, type Outcome, ok, type Remedy, warning } from '../../check.ts';

const MB = 1024 * 1024;
const LOW_INODES = 1_000;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

export interface DirectoryNeeds {
  /** The configuration key that names it. */
  readonly key: string;
  /** Free bytes below which it is a warning, and below which a failure. */
  readonly low: number;
  readonly empty: number;
  /** What to do when room runs out. */
  readonly makeRoom: string;
}

/** Whether a directory is there or can be made, can be written by us and by nobody else, and has room. */
export async function judgeDirectory(path: string, needs: DirectoryNeeds): Promise<Outcome> {
  const { key } = needs;
  const found = await stat(path).catch(() => undefined);
  const place = found === undefined ? await nearestParent(path) : path;
  if (!(await stat(place)).isDirectory()) {
    return failed(`${place} is not a directory.`, { fix: `Name a directory in ${key}.`, key });
  }
  if (!(await mayWrite(place))) {
    return failed(`${place} may not be written to by this user.`, {
      fix: `Use sudo or the account that didar runs as, or name another directory in ${key}.`,
      key,
    });
  }
  if (found !== undefined && (found.mode & WRITABLE_BY_OTHERS) !== 0 && (found.mode & STICKY) === 0) {
    return failed(`Others may replace files in ${path}.`, { fix: `chmod go-w ${path}`, key });
  }
  return judgeRoom(path, await statfs(place), needs);
}

function judgeRoom(path: string, fs: Awaited<ReturnType<typeof statfs>>, needs: DirectoryNeeds): Outcome {
  const free = Number(fs.bavail) * Number(fs.bsize);
  const shown = `${path}: ${formatBytes(free)} free`;
  const remedy: Remedy = { fix: needs.makeRoom, key: needs.key, trouble: 'disk-full' };
  if (free < needs.empty) return failed(`${shown}.`, remedy);
  // Some filesystems (btrfs) make inodes as they need them, and say zero of zero.
  if (fs.files > 0 && fs.ffree < LOW_INODES) return failed(`${shown}, but no room for more files.`, remedy);
  return free < needs.low ? warning(`${shown}.`, remedy) : ok(`${shown}.`);
}

function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The one that exists, in which the rest would be made. */
async function nearestParent(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return (await stat(parent).catch(() => undefined)) === undefined ? nearestParent(parent) : parent;
}

export function formatBytes(bytes: number): string {
  return bytes >= 1024 * MB ? `${(bytes / (1024 * MB)).toFixed(1)} GB` : `${Math.round(bytes / MB)} MB`;
}
