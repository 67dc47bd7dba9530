import { stat } from 'node:fs/promises';
import { DomainError } from '../../lib/errors.ts';
import type { S3 } from '../../recording/storage/s3.ts';

/** What is in memory of a download at once. */
const PIECE_BYTES = 2 * 1024 * 1024;

/** Where the bytes of a file come from. */
export interface Content {
  /** Throws `recording_file_gone`. */
  size(): Promise<number>;
  /** Bytes `from` to `to`, both included. */
  read(from: number, to: number): Blob | ReadableStream<Uint8Array>;
}

export function diskContent(path: string, name: string): Content {
  return {
    async size() {
      const found = await stat(path).catch(() => undefined);
      if (found) return found.size;
      throw gone(`"${name}" is not on the disk any more.`);
    },
    read: (from, to) => Bun.file(path).slice(from, to + 1),
  };
}

/**
 * An object, asked for piece by piece as the client takes it: a piece that breaks off is asked for again, unnoticed,
 * where the whole would have to be begun anew.
 */
export function objectContent(s3: S3, key: string, name: string): Content {
  return {
    async size() {
      const found = await s3.head(key);
      if (found) return found.bytes;
      throw gone(`"${name}" is not in the bucket any more.`);
    },
    read(from, to) {
      const leave = new AbortController();
      let at = from;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            if (at > to) return controller.close();
            const end = Math.min(at + PIECE_BYTES - 1, to);
            controller.enqueue(await s3.read(key, at, end, leave.signal));
            at = end + 1;
          },
          cancel: (reason) => leave.abort(reason),
        },
        { highWaterMark: 0 },
      );
    },
  };
}

const gone = (message: string) =>
  new DomainError('recording_file_gone', message, {
    fix: 'Someone removed it beside didar. Delete the recording, or bring the file back.',
  });
