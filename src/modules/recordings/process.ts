import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Job, JobRun } from '../../jobs/job.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { manifestName } from '../../recording/manifest/manifest.ts';
import { readManifest } from '../../recording/manifest/read-manifest.ts';
import { type ManifestSummary, summarize } from '../../recording/manifest/summarize.ts';
import type { RecordingOptions } from './model.ts';
import type { Recordings } from './recordings.ts';
import type { FileRow, RecordingRepo, RecordingRow } from './repo.ts';
import type { Upload } from './upload.ts';

export interface ComposeRequest {
  /** The recording's directory, with the manifests and tracks of all parts. */
  readonly dir: string;
  readonly options: RecordingOptions;
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly progress: (fraction: number) => void;
}

export interface Composed {
  /** Name of the file in the recording's directory. */
  readonly file: string;
  readonly kind: 'video' | 'audio';
}

export interface ProcessDeps {
  readonly repo: RecordingRepo;
  readonly recordings: Pick<Recordings, 'change' | 'directoryOf'>;
  /** One file out of all tracks. Throws `ffmpeg_missing` where there is no ffmpeg. */
  readonly compose: (request: ComposeRequest) => Promise<Composed>;
  /** Takes the files away from this disk and ends the recording, and brings them back; undefined where they stay. */
  readonly storage: Pick<Upload, 'begin' | 'bringBack'> | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.mkv': 'video/x-matroska',
  '.mka': 'audio/x-matroska',
  '.webm': 'video/webm',
  '.mp4': 'video/mp4',
  '.m4a': 'audio/mp4',
  '.jsonl': 'application/jsonl',
};

/**
 * What happens to a recording when nothing is stored any more: its files are measured, composed into one, and only
 * then may its tracks go. Whatever fails, what was recorded stays, and the recording says how to get on.
 */
export function createProcess({ repo, recordings, compose, storage, clock, log }: ProcessDeps) {
  const { change, directoryOf } = recordings;

  async function handler({ payload }: Job, run: JobRun): Promise<void> {
    const row = repo.get(String(payload.recordingId));
    if (!row) return;
    const dir = directoryOf(row.id);
    if (storage) {
      // An upload that waits leaves the files of this one alone now.
      change(row.id, { state: 'composing', finishedAt: null });
      await storage.bringBack(row, run.signal);
    }
    const parts = await summaries(dir, row.parts);
    const duration = parts.reduce((sum, part) => sum + Math.max(0, part.end - part.start), 0);
    await keepFiles(row, dir, (name) => (name.endsWith('.jsonl') ? 'manifest' : 'track'));
    const bytes = repo.storedBytes(row.id);
    change(row.id, { state: 'composing', finishedAt: null, duration: Math.round(duration), bytes });
    const cause = endOf(payload);
    if (parts.every(({ tracks }) => tracks.length === 0))
      return finish(row, cause ?? NOTHING_RECORDED, 'failed');

    const { file, kind } = await compose({
      dir,
      options: row.options as RecordingOptions,
      signal: run.signal,
      progress(fraction) {
        // What ffmpeg had said before it was ended must not bring a finished recording's progress back.
        if (run.signal.aborted) return;
        run.progress(fraction);
        change(row.id, { progress: Math.round(fraction * 1000) });
      },
    });
    await keepFiles(row, dir, (name) => (name === file ? kind : undefined));
    if (!(row.options as RecordingOptions).keepTracks) await dropTracks(row, dir);
    finish(row, cause, 'done');
  }

  /** The job is not done any more: what was recorded is there, and the recording tells what is missing and why. */
  function onGivenUp({ id, state, payload, error }: Job): void {
    const row = repo.get(String(payload.recordingId));
    if (row?.state !== 'composing') return;
    if (state === 'cancelled') {
      finish(row, cancelled(id), 'done');
      return;
    }
    const cause = error ?? { code: 'compose_failed', message: 'It could not be composed.' };
    log.warn('a recording could not be composed; its tracks are kept', {
      recording: row.id,
      error: cause.message,
    });
    finish(row, cause, isWithoutComposing(cause) ? 'done' : 'failed');
  }

  return {
    handler,
    onGivenUp,
    /** Another try brings no ffmpeg, and nothing to compose. */
    retryable: (error: unknown) =>
      !(error instanceof DomainError && (isWithoutComposing(error) || error.code === 'recording_empty')),
  };

  function finish(row: RecordingRow, cause: RecordingRow['cause'], state: 'done' | 'failed'): void {
    // What failed stays here for another try.
    if (state === 'done' && storage) storage.begin(row, cause);
    else {
      const bytes = repo.storedBytes(row.id);
      change(row.id, { state, cause, finishedAt: clock.now(), progress: null, bytes });
    }
  }

  /** Brings the files of a directory into the table, those for which `kindOf` has an answer. */
  async function keepFiles(
    row: RecordingRow,
    dir: string,
    kindOf: (name: string) => FileRow['kind'] | undefined,
  ): Promise<void> {
    for (const name of (await readdir(dir)).sort()) {
      const known = repo.file(row.id, name);
      const kind = known?.kind ?? kindOf(name);
      const contentType = CONTENT_TYPES[extname(name)];
      if (kind === undefined || contentType === undefined) continue;
      const path = join(dir, name);
      const { size } = await stat(path);
      if (known?.bytes === size && known.sha256 !== null) continue;
      repo.putFile({
        id: newId('f', clock.now()),
        recordingId: row.id,
        kind,
        name,
        contentType,
        bytes: size,
        sha256: await sha256Of(path),
        storage: 'local',
        location: name,
        upload: null,
        createdAt: clock.now(),
      });
    }
  }

  async function dropTracks(row: RecordingRow, dir: string): Promise<void> {
    for (const file of repo.files(row.id)) {
      if (file.kind !== 'track') continue;
      await rm(join(dir, file.name), { force: true });
      repo.deleteFile(file.id);
    }
  }

  async function summaries(dir: string, parts: number): Promise<ManifestSummary[]> {
    const found: ManifestSummary[] = [];
    for (let part = 1; part <= parts; part += 1) {
      try {
        found.push(summarize(await readManifest(join(dir, manifestName(part)))));
      } catch (error) {
        // A recorder that died before its first line left a part without a manifest.
        log.warn('a part of a recording has no manifest', { dir, part, error: messageOf(error) });
      }
    }
    return found;
  }
}

const NOTHING_RECORDED = {
  code: 'nothing_recorded',
  message: 'Nobody sent sound or pictures while it was recorded.',
};

/** There is nothing here to compose with: the tracks are the result. */
function isWithoutComposing({ code }: { readonly code: string }): boolean {
  return code === 'ffmpeg_missing' || code === 'ffmpeg_unfit';
}

/** How the recording ended; what composing has to say comes and goes with each try. */
export function endOf(payload: Job['payload']): RecordingRow['cause'] {
  return (payload.cause ?? null) as RecordingRow['cause'];
}

const cancelled = (job: string) => ({
  code: 'composing_cancelled',
  message: 'Composing was cancelled. The tracks are kept.',
  fix: `To have one file made of them all the same: didar job retry ${job}`,
});

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
