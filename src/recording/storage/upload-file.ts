import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DomainError } from '../../lib/errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { NewObject, OpenUpload, Part, S3 } from './s3.ts';

const MIB = 1024 * 1024;
/** What is in memory at once, and what is sent anew after a connection broke. */
const PART_BYTES = 8 * MIB;
/** S3 takes no more. */
const MOST_PARTS = 10_000;

/** An upload in parts with the length of each, which a later try has to keep to. */
export interface BegunUpload extends OpenUpload {
  readonly partBytes: number;
}

export interface FileToUpload {
  readonly path: string;
  readonly object: NewObject;
  readonly bytes: number;
  /** What an earlier try, maybe of an earlier process, left unfinished. */
  readonly begun: BegunUpload | null;
  /** Keeps an upload for a later try, before its first part is sent. */
  readonly remember: (upload: BegunUpload) => void;
  readonly signal: AbortSignal;
  /** Bytes of this file that have arrived. */
  readonly progress: (bytes: number) => void;
}

/**
 * Brings a file into the bucket, going on where an earlier try stopped, and resolves only when what is there has
 * been proved to be the file: by length and ETag, and where ETags are no MD5 (encrypted buckets) by reading it back.
 *
 * @throws DomainError `recording_file_gone`, `recording_file_changed`, `bucket_checksum`, and those of S3
 */
export async function uploadFile(s3: S3, file: FileToUpload): Promise<void> {
  const { path, object, bytes, signal } = file;
  const partBytes = bytes <= PART_BYTES ? undefined : (file.begun?.partBytes ?? partLength(bytes));
  await assertThere(file);
  const { sha256, etag } = await fingerprintOf(path, partBytes);
  if (sha256 !== object.sha256) throw changed(path);
  const there = await s3.head(object.key);
  // A process that died after the last part, before it could note that it was done.
  const isThere = there?.bytes === bytes && there.sha256 === sha256;
  if (!isThere) {
    if (partBytes === undefined) await s3.put(object, await Bun.file(path).bytes(), signal);
    else await putParts(s3, file, partBytes);
  }
  await verify(s3, file, etag);
  file.progress(bytes);
}

async function assertThere({ path, bytes }: FileToUpload): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw gone(path);
  if (found.size !== bytes) throw changed(path);
}

async function putParts(s3: S3, file: FileToUpload, partBytes: number): Promise<void> {
  const { path, bytes, signal, progress } = file;
  const { upload, arrived } = (await goOn(s3, file)) ?? (await begin(s3, file, partBytes));
  const parts: Pick<Part, 'number' | 'etag'>[] = [];
  // One for all parts: a new one for each would be garbage faster than it is collected.
  const buffer = new Uint8Array(partBytes);
  const handle = await open(path, 'r');
  try {
    for (let from = 0; from < bytes; from += partBytes) {
      signal.throwIfAborted();
      const number = parts.length + 1;
      const to = Math.min(from + partBytes, bytes);
      const known = arrived.find((part) => part.number === number && part.bytes === to - from);
      const etag =
        known?.etag ?? (await s3.putPart(upload, number, await readPart(handle, buffer, from, to), signal));
      parts.push({ number, etag });
      progress(to);
    }
  } finally {
    await handle.close();
  }
  try {
    await s3.completeUpload(upload, parts);
  } catch (error) {
    // Completed already, by a try that did not hear the answer: what is there tells.
    if (!isUnknownUpload(error)) throw error;
  }
}

/** Fills the buffer with what is between two places of a file. */
async function readPart(file: FileHandle, buffer: Uint8Array<ArrayBuffer>, from: number, to: number) {
  const part = buffer.subarray(0, to - from);
  let filled = 0;
  while (filled < part.length) {
    const { bytesRead } = await file.read(part, filled, part.length - filled, from + filled);
    // Shortened meanwhile: what is sent will not be what was recorded, which its proof finds.
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return part;
}

/** The upload of an earlier try with what has arrived; undefined where there is none to go on with. */
async function goOn(s3: S3, { begun, object }: FileToUpload) {
  if (begun === null || begun.key !== object.key) return undefined;
  try {
    return { upload: begun as OpenUpload, arrived: await s3.parts(begun) };
  } catch (error) {
    if (isUnknownUpload(error)) return undefined;
    throw error;
  }
}

async function begin(s3: S3, { object, remember }: FileToUpload, partBytes: number) {
  await endUploads(s3, object.key);
  const upload = await s3.beginUpload(object);
  remember({ ...upload, partBytes });
  return { upload, arrived: [] as readonly Part[] };
}

/**
 * Ends what was begun for a key and nobody knows of any more. Where this may not be asked, a rule of the bucket has
 * to end them.
 */
export async function endUploads(s3: S3, key: string): Promise<void> {
  const open = await s3.openUploads(key).catch((error: unknown) => {
    if (error instanceof DomainError && ['bucket_forbidden', 'bucket_refused'].includes(error.code))
      return [];
    throw error;
  });
  for (const upload of open) if (upload.key === key) await s3.abortUpload(upload);
}

async function verify(s3: S3, { object, bytes, signal }: FileToUpload, etag: string): Promise<void> {
  const there = await s3.head(object.key);
  if (there?.bytes === bytes) {
    if (there.etag === etag) return;
    const hash = new Bun.CryptoHasher('sha256');
    for (let from = 0; from < bytes; from += PART_BYTES) {
      hash.update(await s3.read(object.key, from, Math.min(from + PART_BYTES, bytes) - 1, signal));
    }
    if (hash.digest('hex') === object.sha256) return;
  }
  if (there) await s3.delete(object.key);
  throw new DomainError('bucket_checksum', `What arrived in the bucket as ${object.key} is not the file.`, {
    fix: 'It is sent again. If it lasts, something between here and the bucket changes what it carries.',
  });
}

/** Whole MiB, so that the file fits into as many parts as there may be. */
function partLength(bytes: number): number {
  return Math.max(PART_BYTES, Math.ceil(bytes / MOST_PARTS / MIB) * MIB);
}

function isUnknownUpload(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'upload_missing';
}

const gone = (path: string) =>
  new DomainError('recording_file_gone', `"${basename(path)}" is not on the disk any more.`, {
    fix: 'Someone removed it beside didar. Bring the file back and retry the job, or delete the recording.',
  });

const changed = (path: string) =>
  new DomainError('recording_file_changed', `"${basename(path)}" is not what was recorded any more.`, {
    fix: 'Someone, or the disk, changed it. Bring the file back and retry the job, or delete the recording.',
  });
