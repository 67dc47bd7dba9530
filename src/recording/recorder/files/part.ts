import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../lib/clock.ts';
import { MANIFEST_VERSION, type ManifestLine, manifestName } from '../../manifest/manifest.ts';
import { type AppendFile, createAppendFile } from './append-file.ts';

/** Handed to the kernel so often: what a crash of the recorder can cost. */
const WRITE_EVERY_MS = 250;
/** On the disk after two of these at most, where the disk is fast enough: what a power cut can cost. */
const SYNC_EVERY_WRITES = 2;
/** The manifest says so often how much is on the disk. */
const STORED_EVERY_SYNCS = 2;

export interface PartOptions {
  readonly dir: string;
  readonly recordingId: string;
  readonly room: string;
  readonly part: number;
  readonly clock: Clock;
  /** A file could not be written; nothing more is. */
  readonly onError: (error: unknown) => void;
  /** Once a second, after what was stored until then was put on the disk. */
  readonly onStored: () => void;
}

/** The files of one part of a recording: its manifest, and the tracks, all put on the disk in one rhythm. */
export interface Part {
  readonly bytes: number;
  note(line: ManifestLine): void;
  /** A new file for a track, of which the manifest tells already; `media` says how far it has come, milliseconds. */
  openTrack(track: string, name: string, media: () => number): Promise<AppendFile>;
  /** Its last data is on the disk when this resolves. */
  closeTrack(track: string): Promise<void>;
  close(): Promise<void>;
}

export async function createPart(options: PartOptions): Promise<Part> {
  const { dir, recordingId, room, part, clock } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const manifest = await createAppendFile(join(dir, manifestName(part)));
  const tracks = new Map<string, { readonly file: AppendFile; readonly media: () => number }>();
  const noted = new Map<string, number>();
  let closedBytes = 0;
  let writes = 0;
  let syncs = 0;
  let running: Promise<void> = Promise.resolve();
  let isSyncing = false;

  const note = (line: ManifestLine) => manifest.append(Buffer.from(`${JSON.stringify(line)}\n`));
  note({ type: 'header', version: MANIFEST_VERSION, recordingId, room, part, at: clock.now() });

  async function write(): Promise<void> {
    await Promise.all([...tracks.values()].map(({ file }) => file.write()));
    await manifest.write();
  }

  async function sync(): Promise<void> {
    // what has been appended by now is on the disk afterwards, and no more is promised
    const appended = [...tracks].map(([track, { media }]) => [track, Math.floor(media())] as const);
    // one at a time: the few threads that wait for the disk are those that write, too
    for (const { file } of [...tracks.values()]) await file.sync();
    const isTime = ++syncs % STORED_EVERY_SYNCS === 0;
    if (isTime) noteStored(appended);
    await manifest.sync();
    if (isTime) options.onStored();
  }

  /** Only what has changed: a muted track would say the same for hours. */
  function noteStored(appended: readonly (readonly [track: string, media: number])[]): void {
    const news = appended.filter(([track, media]) => noted.get(track) !== media);
    for (const [track, media] of news) noted.set(track, media);
    if (news.length > 0) note({ type: 'stored', at: clock.now(), media: Object.fromEntries(news) });
  }

  const end = clock.every(WRITE_EVERY_MS, () => {
    write().catch(options.onError);
    // a disk that is slower than this gets no second order before it has done the first
    if (++writes % SYNC_EVERY_WRITES !== 0 || isSyncing) return;
    isSyncing = true;
    running = sync()
      .catch(options.onError)
      .finally(() => {
        isSyncing = false;
      });
  });

  return {
    get bytes() {
      return [...tracks.values()].reduce((sum, { file }) => sum + file.bytes, manifest.bytes + closedBytes);
    },
    note,
    async openTrack(track, name, media) {
      const file = await createAppendFile(join(dir, name));
      tracks.set(track, { file, media });
      await manifest.write();
      return file;
    },
    async closeTrack(track) {
      const file = tracks.get(track)?.file;
      tracks.delete(track);
      noted.delete(track);
      closedBytes += file?.bytes ?? 0;
      await file?.close();
    },
    async close() {
      end();
      await running;
      await Promise.allSettled([...tracks.values()].map(({ file }) => file.close()));
      await manifest.close();
    },
  };
}
