import { open } from 'node:fs/promises';

/** Read at once: long enough to be quick, short enough for others to get their turn between. */
const STEP_BYTES = 1024 * 1024;

export interface Fingerprint {
  readonly sha256: string;
  /** What most S3 services give as the ETag of an object that was uploaded so: in one piece, or in parts. */
  readonly etag: string;
}

/** Reads a file once, with little memory. `partBytes` (whole MiB) undefined: it is one piece. */
export async function fingerprintOf(path: string, partBytes?: number): Promise<Fingerprint> {
  const whole = new Bun.CryptoHasher('sha256');
  const parts = new Bun.CryptoHasher('md5');
  let part = new Bun.CryptoHasher('md5');
  let count = 0;
  const endPart = () => {
    parts.update(part.digest());
    part = new Bun.CryptoHasher('md5');
    count += 1;
  };

  const buffer = new Uint8Array(STEP_BYTES);
  const file = await open(path, 'r');
  try {
    let at = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, STEP_BYTES, at);
      if (bytesRead === 0) break;
      if (partBytes !== undefined && at > 0 && at % partBytes === 0) endPart();
      const bytes = buffer.subarray(0, bytesRead);
      whole.update(bytes);
      part.update(bytes);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  if (partBytes === undefined) return { sha256: whole.digest('hex'), etag: part.digest('hex') };
  endPart();
  return { sha256: whole.digest('hex'), etag: `${parts.digest('hex')}-${count}` };
}
