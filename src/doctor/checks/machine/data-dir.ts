import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Check, failed, ok, warning } from '../../check.ts';

const KEY = 'data';
const MB = 1024 * 1024;
const LOW_BYTES = 1024 * MB;
const EMPTY_BYTES = 100 * MB;
const LOW_INODES = 1_000;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/** The data directory is there, ours, and has room. */
export const dataDirCheck: Check = {
  id: 'data.directory',
  title: 'The data directory is ours and has room',
  async run({ dataDir: { path } }) {
    const found = await stat(path).catch(() => undefined);
    const place = found === undefined ? await nearestParent(path) : path;
    if (found !== undefined && !found.isDirectory()) {
      return failed(`${path} is not a directory.`, { fix: 'Name a directory in data.', key: KEY });
    }
    const mayWrite = await access(place, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!mayWrite) {
      return failed(`${place} may not be written to by this user.`, {
        fix: 'Use sudo or the account that didar runs as, or name another directory in data.',
        key: KEY,
      });
    }
    if (found !== undefined && (found.mode & WRITABLE_BY_OTHERS) !== 0 && (found.mode & STICKY) === 0) {
      return failed(`Others may replace files in ${path}.`, { fix: `chmod go-w ${path}`, key: KEY });
    }
    return judgeRoom(path, await statfs(place));
  },
};

function judgeRoom(path: string, fs: Awaited<ReturnType<typeof statfs>>) {
  const free = Number(fs.bavail) * Number(fs.bsize);
  const shown = `${path}: ${formatBytes(free)} free`;
  const remedy = {
    fix: 'Make room, set recording.retention, or name a larger disk in data or recording.dir.',
    key: KEY,
    trouble: 'disk-full',
  };
  if (free < EMPTY_BYTES) return failed(`${shown}.`, remedy);
  // Some filesystems (btrfs) make inodes as they need them, and say zero of zero.
  if (fs.files > 0 && fs.ffree < LOW_INODES) return failed(`${shown}, but no room for more files.`, remedy);
  if (free < LOW_BYTES) return warning(`${shown}.`, remedy);
  return ok(`${shown}.`);
}

async function nearestParent(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return (await stat(parent).catch(() => undefined)) === undefined ? nearestParent(parent) : parent;
}

export function formatBytes(bytes: number): string {
  return bytes >= 1024 * MB ? `${(bytes / (1024 * MB)).toFixed(1)} GB` : `${Math.round(bytes / MB)} MB`;
}
