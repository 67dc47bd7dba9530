// age (https://age-encryption.org): the file can be opened without didar, by `age -d`. The library is its author's.
import { Decrypter, Encrypter } from 'age-encryption';
import { DomainError, messageOf } from '../lib/errors.ts';

/** Who will be able to open it: whoever knows the passphrase, or has the key of one of the recipients. */
export interface Sealing {
  readonly passphrase?: string;
  /** `age1…` */
  readonly recipients?: readonly string[];
}

export interface Opening {
  readonly passphrase?: string;
  /** Text of an identity file: `AGE-SECRET-KEY-1…`, comments allowed. */
  readonly identities?: string;
}

const MAGIC = 'age-encryption.org/v1';

/** Encrypts a stream. Throws `usage` for a recipient that is none. */
export async function seal(
  stream: ReadableStream<Uint8Array>,
  { passphrase, recipients = [] }: Sealing,
): Promise<ReadableStream<Uint8Array>> {
  if (passphrase === undefined && recipients.length === 0) return stream;
  const encrypter = new Encrypter();
  if (passphrase !== undefined) encrypter.setPassphrase(passphrase);
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw new DomainError('usage', `"${recipient}" is no recipient of age`, {
        fix: 'Give a public key such as age1…, from: age-keygen',
        cause,
      });
    }
  }
  return encrypter.encrypt(stream);
}

/** Whether a file begins like an encrypted one. */
export async function isSealed(path: string): Promise<boolean> {
  return (await Bun.file(path).slice(0, MAGIC.length).text()) === MAGIC;
}

/**
 * Decrypts a stream.
 *
 * @throws DomainError `passphrase_wrong` when none of what was given opens it; damage shows while it is read
 */
export async function unseal(
  stream: ReadableStream<Uint8Array>,
  { passphrase, identities }: Opening,
): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter();
  if (passphrase !== undefined) decrypter.addPassphrase(passphrase);
  const keys = (identities ?? '').split('\n').map((line) => line.trim());
  try {
    for (const key of keys) if (key !== '' && !key.startsWith('#')) decrypter.addIdentity(key);
    return await decrypter.decrypt(stream);
  } catch (cause) {
    throw new DomainError('passphrase_wrong', `The backup can't be decrypted: ${messageOf(cause)}.`, {
      fix: 'Give the passphrase or the identity that belongs to it.',
      cause,
    });
  }
}
