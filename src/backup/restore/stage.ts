import { type FileHandle, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Place } from './place.ts';

/** Beside what it is going to replace, so that putting it there is renaming. */
export const STAGE = '.restore-';
const RECORDINGS = 'recordings/';
const PRIVATE_DIRECTORY = 0o700;
const PRIVATE = 0o600;

/** A backup unpacked, but not yet in use. */
export interface Stage {
  /** What goes into the data directory. */
  readonly data: string;
  /** What goes into the directory of recordings. */
  readonly recordings: string;
  write(name: string, piece: Uint8Array, isFirst: boolean): Promise<void>;
  /** Brings the last file to the disk. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** Makes the directories that a backup is unpacked into. */
export async function openStage({ dataDir, recordingDir }: Place): Promise<Stage> {
  const data = await mkdtemp(join(dataDir, STAGE));
  let recordings: string | undefined;
  let file: FileHandle | undefined;

  async function pathOf(name: string): Promise<string> {
    if (!name.startsWith(RECORDINGS)) return join(data, name);
    if (recordings === undefined) {
      await mkdir(recordingDir, { recursive: true, mode: PRIVATE_DIRECTORY });
      recordings = await mkdtemp(join(recordingDir, STAGE));
    }
    return join(recordings, name.slice(RECORDINGS.length));
  }

  async function close(): Promise<void> {
    const written = file;
    file = undefined;
    if (!written) return;
    try {
      await written.sync();
    } finally {
      await written.close();
    }
  }

  return {
    data,
    get recordings() {
      return recordings ?? join(data, RECORDINGS);
    },
    async write(name, piece, isFirst) {
      if (isFirst) {
        await close();
        const path = await pathOf(name);
        await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY });
        file = await open(path, 'wx', PRIVATE);
      }
      if (piece.length > 0) await file?.writeFile(piece);
    },
    close,
    async discard() {
      await close().catch(() => undefined);
      await rm(data, { recursive: true, force: true });
      if (recordings !== undefined) await rm(recordings, { recursive: true, force: true });
    },
  };
}
