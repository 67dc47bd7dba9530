import { lstat, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

export interface PutResult {
  /** Where what was there before is now. */
  readonly keptAside: readonly string[];
  /** Where the configuration of the backup is now; undefined when it had none. */
  readonly configPath: string | undefined;
}

/** Takes what is staged into use; what it replaces is kept beside it, in a directory called `aside`. */
export async function putInPlace(stage: Stage, place: Place, aside: string): Promise<PutResult> {
  const keptAside: string[] = [];

  async function move(names: readonly string[], from: string, to: string, old: string): Promise<void> {
    for (const name of names) {
      if (!(await isThere(join(to, name)))) continue;
      if (!keptAside.includes(old)) {
        await mkdir(old, { recursive: true, mode: 0o700 });
        keptAside.push(old);
      }
      await rename(join(to, name), join(old, name));
    }
    const staged = await namesIn(from);
    for (const name of names) if (staged.includes(name)) await rename(join(from, name), join(to, name));
  }

  const old = join(place.dataDir, aside);
  // Elsewhere it may be another file system, which nothing can be moved from in one step.
  const isInside = place.recordingDir.startsWith(`${place.dataDir}/`);
  const oldRecordings = isInside ? join(old, 'recordings') : join(place.recordingDir, aside);
  await move(await namesIn(stage.recordings), stage.recordings, place.recordingDir, oldRecordings);
  // The database last: as long as it is missing, no server takes what is here for complete.
  await move(REPLACED, stage.data, place.dataDir, old);
  return { keptAside, configPath: await putConfig(stage, place) };
}

async function putConfig(stage: Stage, place: Place): Promise<string | undefined> {
  const config = Bun.file(join(stage.data, CONFIG_NAME));
  if (!(await config.exists())) return undefined;
  const path = place.configPath ?? join(place.dataDir, 'config.restored.yaml');
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, await config.bytes());
  return path;
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
