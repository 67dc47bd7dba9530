import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, JobKind, JobRun } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { downloadFile } from '../../recording/storage/download-file.ts';
import type { S3 } from '../../recording/storage/s3.ts';
import { uploadFile } from '../../recording/storage/upload-file.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Recordings } from './recordings.ts';
import type { FileRow, RecordingRepo, RecordingRow } from './repo.ts';

export const UPLOAD_JOB = 'upload_recording';
/** With pauses of up to 15 minutes that is five days: a storage service may be away for a weekend. */
export const S3_ATTEMPTS = 500;

const MOST_WAITING = 10_000;

/** A bucket, and where in it a file of a recording belongs. */
export interface Bucket {
  readonly s3: S3;
  readonly keyOf: (recordingId: string, file: string) => string;
}

export interface UploadDeps {
  readonly repo: RecordingRepo;
  readonly recordings: Pick<Recordings, 'change' | 'directoryOf'>;
  readonly events: Pick<EventRecorder, 'inTransaction'>;
  readonly jobs: Pick<Jobs, 'add' | 'list' | 'cancel'>;
  /** Undefined where recordings stay on the disk. */
  readonly bucket: Bucket | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Brings finished recordings into the bucket; each file leaves the disk when the bucket is proved to have it. */
export function createUpload({ repo, recordings, events, jobs, bucket, clock, log }: UploadDeps) {
  const { change, directoryOf } = recordings;
  const underWay = new Map<string, Promise<void>>();

  async function handle(job: Job, run: JobRun): Promise<void> {
    const row = repo.get(String(job.payload.recordingId));
    // Composing, tried again meanwhile, needs the files here, and queues the upload anew.
    if (!row || row.state === 'composing') return;
    const before = (job.payload.cause ?? null) as RecordingRow['cause'];
    if (!bucket) return finish(row, 'done', before);
    const uploading = uploadAll(bucket, row, before, run);
    underWay.set(row.id, uploading);
    try {
      await uploading;
      finish(row, 'done', before);
    } catch (error) {
      const now = repo.get(row.id);
      const cause = causeOf(error);
      if (!run.signal.aborted && now && now.cause?.code !== cause.code) change(row.id, { cause });
      throw error;
    } finally {
      underWay.delete(row.id);
    }
  }

  async function uploadAll(
    { s3, keyOf }: Bucket,
    row: RecordingRow,
    before: RecordingRow['cause'],
    run: JobRun,
  ): Promise<void> {
    const dir = directoryOf(row.id);
    const files = repo.files(row.id);
    const total = Math.max(1, sum(files));
    let done = sum(files.filter(({ storage }) => storage === 's3'));
    const deleted = new AbortController();
    const signal = AbortSignal.any([run.signal, deleted.signal]);
    let isTroubled = row.cause?.code !== before?.code;
    if (row.state !== 'uploading') change(row.id, { state: 'uploading', finishedAt: null });

    for (const file of files) {
      const path = join(dir, file.name);
      if (file.storage === 'local') {
        await uploadFile(s3, {
          path,
          object: {
            key: keyOf(row.id, file.name),
            contentType: file.contentType,
            sha256: file.sha256 ?? '',
          },
          bytes: file.bytes,
          begun: file.upload,
          remember: (upload) => repo.setUpload(file.id, upload),
          signal,
          progress(bytes) {
            if (signal.aborted) return;
            const progress = Math.round(((done + bytes) / total) * 1000);
            run.progress(progress / 1000);
            // What went wrong earlier goes well again.
            const known = change(row.id, { progress, ...(isTroubled && { cause: before }) });
            isTroubled = false;
            if (!known) deleted.abort(new Error('the recording was deleted'));
          },
        });
        repo.moveFile(file.id, keyOf(row.id, file.name));
        done += file.bytes;
      }
      await rm(path, { force: true });
    }
    await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
      // Something else lies there, which is not ours to throw away.
      if (error.code !== 'ENOENT') log.warn('a directory of a recording stays', { dir, error: error.code });
    });
  }

  /** Resolves when nothing of a recording is being sent. */
  async function settled(id: string): Promise<void> {
    await underWay.get(id)?.catch(() => undefined);
  }

  function finish(row: RecordingRow, state: 'done' | 'failed', cause: RecordingRow['cause']): void {
    change(row.id, { state, cause, finishedAt: clock.now(), progress: null });
  }

  return {
    /** How jobs of this kind are done. */
    kind: {
      concurrency: 1,
      handler: handle,
      /** The bucket may come back; a file that is lost does not. */
      retryable: (error) => !(error instanceof DomainError && error.code.startsWith('recording_file_')),
      onGivenUp({ id, state, payload, error }) {
        const row = repo.get(String(payload.recordingId));
        if (row?.state !== 'uploading') return;
        if (state === 'cancelled') finish(row, 'done', cancelled(id));
        else finish(row, 'failed', error ?? causeOf(error));
      },
    } satisfies JobKind,

    /** Queues the files of a recording that is complete otherwise; `cause` is what is worth knowing of it. */
    begin(row: RecordingRow, cause: RecordingRow['cause']): void {
      events.inTransaction(() => {
        // One that still waits since an earlier composing would end with what there was to say then.
        for (const { id, payload } of jobs.list({ kind: UPLOAD_JOB, state: 'queued', limit: MOST_WAITING })
          .items)
          if (payload.recordingId === row.id) jobs.cancel(id);
        change(row.id, { state: 'uploading', cause, progress: 0, bytes: repo.storedBytes(row.id) });
        jobs.add(UPLOAD_JOB, { recordingId: row.id, cause }, { maxAttempts: S3_ATTEMPTS });
      });
    },

    /** Brings tracks and manifests back to the disk, for what was not composed and is to be now. */
    async bringBack(row: RecordingRow, signal: AbortSignal): Promise<void> {
      const away = repo
        .files(row.id)
        .filter(({ storage, kind }) => storage === 's3' && (kind === 'track' || kind === 'manifest'));
      if (!bucket || away.length === 0) return;
      await settled(row.id);
      const dir = directoryOf(row.id);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      for (const { name, location, bytes } of away) {
        const path = join(dir, name);
        if (Bun.file(path).size !== bytes)
          await downloadFile(bucket.s3, { key: location, path, bytes, signal });
      }
    },

    settled,
  };
}

export type Upload = ReturnType<typeof createUpload>;

const cancelled = (job: string) => ({
  code: 'upload_cancelled',
  message: 'The upload was cancelled; what is not in the bucket is on the disk.',
  fix: `Go on with it: didar job retry ${job}`,
});

function causeOf(error: unknown): NonNullable<RecordingRow['cause']> {
  if (!(error instanceof DomainError)) {
    return { code: 'internal', message: 'The upload failed; the log says why.' };
  }
  const { code, message, fix } = error;
  return { code, message, ...(fix !== undefined && { fix }) };
}

function sum(files: readonly FileRow[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
