import type { Stats, StatsFs } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskUsage } from './model.ts';

type Holds = DiskUsage['holds'][number];

/** Asks for the room where each directory is, one answer a filesystem. What can't be asked is left out. */
export async function measureDisks(
  directories: Readonly<Record<Holds, string>>,
): Promise<readonly DiskUsage[]> {
  const found = new Map<number, DiskUsage>();
  for (const [holds, path] of Object.entries(directories) as [Holds, string][]) {
    const looked = await look(path);
    if (looked === undefined) continue;
    const { dev, bsize, blocks, bavail } = looked;
    const known = found.get(dev) ?? { holds: [], path, total: blocks * bsize, free: bavail * bsize };
    found.set(dev, { ...known, holds: [...known.holds, holds] });
  }
  return [...found.values()];
}

/** A directory that is still to be made will be where its parent is. */
async function look(path: string): Promise<(StatsFs & Pick<Stats, 'dev'>) | undefined> {
  try {
    const [{ dev }, filesystem] = await Promise.all([stat(path), statfs(path)]);
    return Object.assign(filesystem, { dev });
  } catch {
    const parent = dirname(path);
    return parent === path ? undefined : look(parent);
  }
}
