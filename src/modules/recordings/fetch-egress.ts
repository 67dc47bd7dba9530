import { rename, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Job, JobRun } from '../../jobs/job.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { EgressFile } from '../../livekit/api/egress-entity.ts';
import { type EgressOutput, egressFileName, egressPath } from '../../livekit/egress/output.ts';
import type { RecordingOptions } from './model.ts';
import { endOf, sha256Of } from './process.ts';
import type { Recordings } from './recordings.ts';
import type { FileRow, RecordingRepo, RecordingRow } from './repo.ts';

export interface FetchEgressDeps {
  readonly repo: RecordingRepo;
  readonly recordings: Pick<Recordings, 'change' | 'directoryOf'>;
  readonly output: EgressOutput | undefined;
  /** Bytes of an object in the bucket; undefined when it isn't there. Throws when the bucket can't be asked. */
  readonly objectSize: (key: string) => Promise<number | undefined>;
  readonly clock: Clock;
}

/** What a worker told of its end. */
interface Told {
  /** The worker says that the file is complete. */
  readonly isWhole: boolean;
  readonly file?: EgressFile;
}

type Found = Pick<FileRow, 'storage' | 'location' | 'bytes' | 'sha256'>;

const CONTENT_TYPES: Readonly<Record<string, string>> = { '.mp4': 'video/mp4', '.ogg': 'audio/ogg' };

/**
 * The job of a recording that an egress worker made: finds its file where it was to be, fetches it if it is elsewhere,
 * and checks that all of it is there. Tried again while it may still come; what was tried is the recording's cause.
 */
export function createFetchEgress({ repo, recordings, output, objectSize, clock }: FetchEgressDeps) {
  async function handler({ payload, attempts }: Job, run: JobRun): Promise<void> {
    const row = repo.get(String(payload.recordingId));
    if (!row) return;
    const told = (payload.egress ?? { isWhole: false }) as Told;
    recordings.change(row.id, { state: 'uploading', finishedAt: null, progress: 0 });
    try {
      const found = await find(row, told, run);
      if (told.isWhole && told.file && told.file.bytes > 0 && told.file.bytes !== found.bytes) {
        throw unreachable(`${found.location} has ${found.bytes} of ${told.file.bytes} bytes`);
      }
      keep(row, found);
      finish(row.id, endOf(payload), 'done');
    } catch (error) {
      if (run.signal.aborted) throw error;
      // What a dead worker left is there now or never, and that it died is the cause.
      if (!told.isWhole) {
        finish(row.id, endOf(payload) ?? causeOf(error), 'failed');
        return;
      }
      recordings.change(row.id, { cause: causeOf(error, attempts) });
      throw error;
    }
  }

  /** Nothing was removed: the file is where the worker left it. */
  function onGivenUp({ id, payload, attempts, state, error }: Job): void {
    const row = repo.get(String(payload.recordingId));
    if (row?.state !== 'uploading' && row?.state !== 'composing') return;
    const cause = state === 'cancelled' || error === null ? cancelled(id) : tried(error, attempts);
    finish(row.id, cause, 'failed');
  }

  return { handler, onGivenUp, retryable: isWorthAnotherTry };

  async function find(row: RecordingRow, { file }: Told, run: JobRun): Promise<Found> {
    const options = row.options as RecordingOptions;
    if (output?.kind === 's3') {
      const key = egressPath(output, row.id, options);
      const bytes = await objectSize(key);
      if (bytes === undefined) throw unreachable(`the bucket of recording.s3 has no ${key}`);
      return { storage: 's3', location: key, bytes, sha256: null };
    }
    const name = egressFileName(options);
    const path = join(recordings.directoryOf(row.id), name);
    if (file !== undefined && /^https?:\/\//.test(file.location) && output?.kind !== 'shared') {
      await downloadTo(path, file, run);
    }
    const there = await stat(path).catch(() => undefined);
    if (!there)
      throw file === undefined ? unreachable(`there is no ${path}`) : localPath(file.location, path);
    return { storage: 'local', location: name, bytes: there.size, sha256: await sha256Of(path) };
  }

  /** Beside its place first: what has the file's name is all of it. */
  async function downloadTo(path: string, { location, bytes }: EgressFile, run: JobRun): Promise<void> {
    const part = `${path}.part`;
    try {
      const answer = await fetch(location, { signal: run.signal });
      if (!answer.ok || !answer.body) throw new Error(`HTTP status ${answer.status}`);
      const writer = Bun.file(part).writer();
      let written = 0;
      for await (const chunk of answer.body) {
        writer.write(chunk);
        written += chunk.length;
        await writer.flush();
        if (bytes > 0) run.progress(written / bytes);
      }
      await writer.end();
    } catch (error) {
      throw unreachable(`GET ${withoutQuery(location)}: ${messageOf(error)}`);
    }
    await rename(part, path);
  }

  function keep(row: RecordingRow, found: Found): void {
    const name = egressFileName(row.options as RecordingOptions);
    repo.putFile({
      id: newId('f', clock.now()),
      recordingId: row.id,
      kind: extname(name) === '.ogg' ? 'audio' : 'video',
      name,
      contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
      upload: null,
      createdAt: clock.now(),
      ...found,
    });
  }

  function finish(id: string, cause: RecordingRow['cause'], state: 'done' | 'failed'): void {
    const bytes = repo.storedBytes(id);
    recordings.change(id, { state, cause, finishedAt: clock.now(), progress: null, bytes });
  }
}

const UNREACHABLE = 'recording_unreachable';
const LOCAL_PATH = 'egress_local_path';

/** A file on another machine's disk stays there, until someone brings it. */
function isWorthAnotherTry(error: unknown): boolean {
  return !(error instanceof DomainError && error.code === LOCAL_PATH);
}

function unreachable(tried: string): DomainError {
  return new DomainError(UNREACHABLE, `The finished recording cannot be fetched: ${tried}.`, {
    fix: 'Check network and credentials of the storage. It is tried again by itself, and by: didar job retry.',
  });
}

function localPath(location: string, path: string): DomainError {
  return new DomainError(
    LOCAL_PATH,
    `The recording is a local path on the egress worker: ${location}. It is not at ${path} here.`,
    {
      fix: 'Fetch it from there by hand. For the next: recording.s3, or recording.egress.dir with a volume that both share.',
    },
  );
}

type Cause = NonNullable<RecordingRow['cause']>;

function causeOf(error: unknown, attempts = 1): Cause {
  const { code, message, fix } = error instanceof DomainError ? error : unreachable(messageOf(error));
  return tried({ code, message, ...(fix !== undefined && { fix }) }, attempts);
}

function tried(cause: Cause, attempts: number): Cause {
  return attempts > 1 ? { ...cause, message: `${cause.message} Tried ${attempts} times.` } : cause;
}

const cancelled = (job: string): Cause => ({
  code: 'fetch_cancelled',
  message: 'Fetching the finished file was cancelled.',
  fix: `It is where the egress worker left it. To fetch it all the same: didar job retry ${job}`,
});

/** A presigned URL holds what opens it. */
const withoutQuery = (url: string) => url.split('?')[0];
