import type { Dirent } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeDatabase, snapshotDatabase } from '../db/snapshot.ts';
import type { Clock } from '../lib/clock.ts';
import { toTimestamp } from '../lib/schema.ts';
import { type BackupHeader, CONFIG_NAME, DATABASE_NAME, FORMAT } from './contents.ts';
import { type SourceFile, writeArchive } from './write-archive.ts';

/** What is to be backed up. All paths are absolute. */
export interface BackupSubject {
  readonly version: string;
  readonly dataDir: string;
  readonly database: string;
  /** The private directory for what lives only for a while. */
  readonly scratch: string;
  readonly secrets: string;
  readonly certificates: string;
  readonly recordingDir: string;
  /** Whether what is in it goes into the backup. */
  readonly withRecordings: boolean;
  /** Undefined where there is none. */
  readonly configPath?: string | undefined;
}

export interface Backup {
  readonly header: BackupHeader;
  readonly stream: ReadableStream<Uint8Array>;
  /** Removes the copy of the database; to be called in the end, however it went. */
  dispose(): Promise<void>;
}

const SCRATCH = 'backup-';
/** No backup takes longer: what is older was left by a process that was killed. */
const STALE_MS = 24 * 3_600_000;

/**
 * Begins a backup: the database is copied as of now, and everything is read from then on as the stream is. Also
 * while a daemon is at work, which is not slowed down by it.
 *
 * @throws DomainError of `snapshotDatabase`; the stream fails with what can't be read
 */
export async function createBackup(subject: BackupSubject, clock: Clock): Promise<Backup> {
  await removeStale(subject.scratch, clock);
  const scratch = await mkdtemp(join(subject.scratch, SCRATCH));
  const dispose = () => rm(scratch, { recursive: true, force: true });
  try {
    const createdAt = toTimestamp(clock.now());
    const copy = join(scratch, DATABASE_NAME);
    snapshotDatabase(subject.database, copy);
    const header: BackupHeader = {
      format: FORMAT,
      didar: subject.version,
      ...describeDatabase(copy),
      createdAt,
      dataDir: subject.dataDir,
      recordingDir: subject.recordingDir,
      configPath: subject.configPath ?? null,
      recordings: subject.withRecordings,
    };
    return { header, stream: writeArchive({ header, files: filesOf(subject, copy) }), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function* filesOf(subject: BackupSubject, database: string): AsyncGenerator<SourceFile> {
  yield { name: DATABASE_NAME, path: database };
  if (subject.configPath !== undefined) yield { name: CONFIG_NAME, path: subject.configPath };
  yield* below('secrets', subject.secrets);
  yield* below('certificates', subject.certificates);
  if (subject.withRecordings) yield* below('recordings', subject.recordingDir);
}

/** Every file in a directory that may be missing. Links are not followed: they lead to what is not ours. */
async function* below(name: string, directory: string): AsyncGenerator<SourceFile> {
  const found = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as Dirent[];
    throw error;
  });
  for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = { name: `${name}/${entry.name}`, path: join(directory, entry.name) };
    if (entry.isDirectory()) yield* below(inside.name, inside.path);
    // A file that is being written atomically lies there for a moment under another name.
    else if (entry.isFile() && !entry.name.endsWith('.tmp')) yield inside;
  }
}

async function removeStale(directory: string, clock: Clock): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(SCRATCH)) continue;
    const path = join(directory, name);
    const made = (await stat(path).catch(() => undefined))?.mtimeMs ?? clock.now();
    if (made < clock.now() - STALE_MS) await rm(path, { recursive: true, force: true });
  }
}
