import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps an answer so that only who knows the idempotency key can have it again: an answer may hold a secret that is
 * shown once, and the database must not. The key to it is made of the server's own (a file beside the database) and of
 * the client's, of which just a hash is stored.
 */
export function createSealer(serverKey: string) {
  const keyFor = (clientKey: string) =>
    createHmac('sha256', serverKey).update(`idempotency\0${clientKey}`).digest();

  return {
    seal(clientKey: string, text: string): Buffer {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, keyFor(clientKey), nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    /** Throws when it was sealed by another key, or changed. */
    open(clientKey: string, sealed: Uint8Array): string {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(ALGORITHM, keyFor(clientKey), nonce);
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const opened = [decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString('utf8');
    },
  };
}
