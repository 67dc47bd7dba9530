import type { Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { DomainError } from '../../lib/errors.ts';
import type { OpenUpload } from '../../recording/storage/s3.ts';
import { endUploads } from '../../recording/storage/upload-file.ts';
import type { FileRow, RecordingRow } from './repo.ts';
import { type Bucket, S3_ATTEMPTS } from './upload.ts';

export const REMOVE_JOB = 'delete_recording';

interface Leftovers extends Record<string, unknown> {
  readonly recordingId: string;
  readonly keys: readonly string[];
  readonly uploads: readonly OpenUpload[];
}

export interface RemovalDeps {
  readonly jobs: Pick<Jobs, 'add'>;
  readonly bucket: Bucket | undefined;
  /** Resolves when nothing of a recording is being sent. */
  readonly settled: (recordingId: string) => Promise<void>;
}

/** Deletes what a recording left in the bucket: later, when the bucket is away; again, when this process dies. */
export function createRemoval({ jobs, bucket, settled }: RemovalDeps) {
  return {
    /** Queues it, in the transaction that deletes the rows. */
    begin(row: RecordingRow, files: readonly FileRow[]): void {
      const uploads = files.flatMap(({ upload }) => (upload ? [{ key: upload.key, id: upload.id }] : []));
      const keys = files.flatMap((file) => {
        if (file.storage === 's3') return [file.location];
        // It may be on its way this very moment.
        return bucket && row.state === 'uploading' ? [bucket.keyOf(row.id, file.name)] : [];
      });
      if (keys.length + uploads.length === 0) return;
      const left: Leftovers = { recordingId: row.id, keys, uploads };
      jobs.add(REMOVE_JOB, left, { uniqueKey: `${REMOVE_JOB} ${row.id}`, maxAttempts: S3_ATTEMPTS });
    },

    async handle({ payload }: Job): Promise<void> {
      const { recordingId, keys, uploads } = payload as Leftovers;
      if (!bucket) throw noBucket();
      const { s3 } = bucket;
      await settled(recordingId);
      for (const upload of uploads) await s3.abortUpload(upload);
      for (const key of keys) {
        await endUploads(s3, key);
        await s3.delete(key);
      }
    },
  };
}

/** What is in a bucket can't be reached without one. */
export const noBucket = () =>
  new DomainError(
    'bucket_not_configured',
    'The files are in a bucket, and recording.s3 names none any more.',
    {
      fix: 'Set recording.s3 as it was when they were uploaded.',
    },
  );
