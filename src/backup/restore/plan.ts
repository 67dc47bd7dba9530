import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../lib/atomic-file.ts';
import { CONFIG_NAME, DATABASE_NAME } from '../contents.ts';
import { namesIn, type Place } from './place.ts';
import type { Stage } from './stage.ts';

/** What belongs together: a database without its log, or with the secrets of another, would be none. */
const REPLACED = [
  'secrets',
  'certificates',
  'setup-code',
  DATABASE_NAME,
  `${DATABASE_NAME}-wal`,
  `${DATABASE_NAME}-shm`,
];

/** From one absolute path to another. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * All that is left to do once a backup is unpacked and proved, on the disk before the first of it is done: whoever
 * comes after a crash can go on.
 */
export interface RestorePlan {
  /** The configuration of the backup, which is copied; null when it has none. */
  readonly config: Move | null;
  /** In order: what is there, out of the way, and what replaces it. The database comes last. */
  readonly moves: readonly (Move & { readonly kind: 'aside' | 'in' })[];
  /** Where what was there before goes. */
  readonly keptAside: readonly string[];
  /** Directories that the backup was unpacked into. */
  readonly stages: readonly string[];
  /** What then belongs to whom the data directory belongs to. */
  readonly made: readonly string[];
}

/** Plans how what is staged is taken into use; what it replaces is kept beside it, in a directory called `aside`. */
export async function planRestore(stage: Stage, place: Place, aside: string): Promise<RestorePlan> {
  const moves: RestorePlan['moves'][number][] = [];
  const keptAside: string[] = [];

  async function plan(names: readonly string[], from: string, to: string, old: string): Promise<void> {
    for (const name of names) {
      if (!(await isWorthKeeping(join(to, name)))) continue;
      moves.push({ kind: 'aside', from: join(to, name), to: join(old, name) });
      if (!keptAside.includes(old)) keptAside.push(old);
    }
    const staged = await namesIn(from);
    for (const name of names)
      if (staged.includes(name)) moves.push({ kind: 'in', from: join(from, name), to: join(to, name) });
  }

  const old = join(place.dataDir, aside);
  // Elsewhere it may be another file system, which nothing can be moved from in one step.
  const isInside = place.recordingDir.startsWith(`${place.dataDir}/`);
  const oldRecordings = isInside ? join(old, 'recordings') : join(place.recordingDir, aside);
  await plan(await namesIn(stage.recordings), stage.recordings, place.recordingDir, oldRecordings);
  await plan(REPLACED, stage.data, place.dataDir, old);
  const config = (await namesIn(stage.data)).includes(CONFIG_NAME)
    ? {
        from: join(stage.data, CONFIG_NAME),
        to: place.configPath ?? join(place.dataDir, 'config.restored.yaml'),
      }
    : null;
  return {
    config,
    moves,
    keptAside,
    stages: [stage.data, ...(stage.recordings.startsWith(stage.data) ? [] : [stage.recordings])],
    made: [
      ...REPLACED.map((name) => join(place.dataDir, name)),
      join(place.dataDir, 'run'),
      join(place.dataDir, 'config.restored.yaml'),
      place.recordingDir,
      ...keptAside,
    ],
  };
}

export async function writePlan(path: string, plan: RestorePlan): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(plan, null, 2)}\n`);
}

/** Undefined where no restore was begun, or the last one is complete. */
export async function readPlan(path: string): Promise<RestorePlan | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as RestorePlan;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Anything but nothing, and directories that are made before anything is in them. */
async function isWorthKeeping(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return false;
  return !found.isDirectory() || (await readdir(path)).length > 0;
}
