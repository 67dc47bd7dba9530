import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { DomainError, messageOf } from '../lib/errors.ts';

/** What stands beside an executable, as `didar.release.json`: what it is, signed by who built it. */
export interface Release {
  readonly version: string;
  /** As `linux-x64`, of `./scripts/build --target`. */
  readonly target: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** ed25519 over `signedText`, base64. */
  readonly signature: string;
}

export const RELEASE_SUFFIX = '.release.json';

/** Signs what an executable is. `key` is an ed25519 private key. */
export function signRelease(facts: Omit<Release, 'signature'>, key: KeyObject): Release {
  return { ...facts, signature: sign(null, signedText(facts), key).toString('base64') };
}

/**
 * The release that a text tells, when the key's owner signed it.
 *
 * @throws DomainError `release_invalid`, `release_unsigned`
 */
export function verifiedRelease(text: string, key: KeyObject): Release {
  const release = parse(text);
  if (verify(null, signedText(release), key, Buffer.from(release.signature, 'base64'))) return release;
  throw new DomainError('release_unsigned', 'The signature of the release does not hold.', {
    fix: 'Do not use it. Get the executable and its .release.json again from where didar is published.',
  });
}

/** A public key as PEM, or as base64 of its DER. Throws `usage` for what is none. */
export function publicKeyFrom(text: string): KeyObject {
  try {
    return text.includes('BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new DomainError('usage', `this is no public key: ${messageOf(cause)}`, {
      fix: 'give a file with an ed25519 public key (PEM)',
      cause,
    });
  }
}

function parse(text: string): Release {
  try {
    const { version, target, bytes, sha256, signature } = JSON.parse(text) as Record<string, unknown>;
    if (
      typeof version === 'string' &&
      typeof target === 'string' &&
      typeof bytes === 'number' &&
      typeof sha256 === 'string' &&
      typeof signature === 'string'
    ) {
      return { version, target, bytes, sha256, signature };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new DomainError('release_invalid', 'The .release.json beside the executable is none.', {
    fix: 'Get it again from where the executable came from.',
  });
}

/** Version and target are signed too: an old or a foreign executable must not pass for a new one. */
function signedText({ version, target, bytes, sha256 }: Omit<Release, 'signature'>): Buffer {
  return Buffer.from(`didar release\n${version}\n${target}\n${bytes}\n${sha256}\n`);
}
