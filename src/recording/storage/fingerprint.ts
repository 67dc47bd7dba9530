/** Read at once: long enough to be quick, short enough for others to get their turn between. */
const STEP_BYTES = 1024 * 1024;

export interface Fingerprint {
  readonly sha256: string;
  /** What most S3 services give as the ETag of an object that was uploaded so: in one piece, or in parts. */
  readonly etag: string;
}

/** Reads a file once, with little memory. `partBytes` (whole MiB) undefined: it is one piece. */
export async function fingerprintOf(path: string, partBytes?: number): Promise<Fingerprint> {
  const file = Bun.file(path);
  const whole = new Bun.CryptoHasher('sha256');
  const parts = new Bun.CryptoHasher('md5');
  let part = new Bun.CryptoHasher('md5');
  let count = 0;
  for (let at = 0; at < file.size; at += STEP_BYTES) {
    const bytes = await file.slice(at, at + STEP_BYTES).bytes();
    whole.update(bytes);
    part.update(bytes);
    const end = at + bytes.length;
    if (partBytes === undefined || (end % partBytes !== 0 && end < file.size)) continue;
    parts.update(part.digest());
    part = new Bun.CryptoHasher('md5');
    count += 1;
  }
  const etag = partBytes === undefined ? part.digest('hex') : `${parts.digest('hex')}-${count}`;
  return { sha256: whole.digest('hex'), etag };
}
