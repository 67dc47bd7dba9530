import { open } from 'node:fs/promises';
import type { S3 } from './s3.ts';

const PIECE_BYTES = 8 * 1024 * 1024;

export interface ObjectToFetch {
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
}

/** Writes an object into a file, piece by piece; a file that is there is replaced. */
export async function downloadFile(s3: S3, { key, path, bytes, signal }: ObjectToFetch): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for (let from = 0; from < bytes; from += PIECE_BYTES) {
      await file.write(await s3.read(key, from, Math.min(from + PIECE_BYTES, bytes) - 1, signal));
    }
  } finally {
    await file.close();
  }
}
