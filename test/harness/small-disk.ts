import { mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** A directory on a small file system of its own. */
export interface SmallDisk {
  readonly path: string;
  /** Takes room until so many bytes are left. */
  fillTo(left: number): Promise<void>;
  /** Gives back all that was taken. */
  free(): void;
  close(): void;
}

/** Small file systems can only be made by root, and not in every container. */
export function canMount(): boolean {
  return run('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt') === 0;
}

export function createSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(`${tmpdir()}/didar-disk-`);
  if (run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path) !== 0)
    throw new Error(`no small disk at ${path}`);
  const taken: string[] = [];
  return {
    path,
    async fillTo(left) {
      const { bavail, bsize } = await statfs(path);
      const file = `${path}/taken-${taken.length}`;
      taken.push(file);
      run('fallocate', '-l', String(bavail * bsize - left), file);
    },
    free() {
      for (const file of taken.splice(0)) rmSync(file, { force: true });
    },
    close() {
      run('umount', '--lazy', path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function run(...command: readonly string[]): number {
  return Bun.spawnSync([...command]).exitCode;
}
