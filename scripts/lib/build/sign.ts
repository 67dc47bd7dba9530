import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { version } from '../../../package.json';
import { DomainError } from '../../../src/lib/errors.ts';
import { RELEASE_SUFFIX, signRelease } from '../../../src/upgrade/release.ts';

/** By which releases are signed, and what the executable is given to verify the next ones. */
export interface ReleaseKey {
  readonly key: KeyObject;
  /** DER as base64. */
  readonly publicKey: string;
}

/**
 * The private key in the file that `DIDAR_RELEASE_KEY` names (ed25519, PEM: `openssl genpkey -algorithm ed25519`).
 * It is named, not given, so that no list of processes or log of a build shows it.
 */
export async function releaseKey(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReleaseKey | undefined> {
  const path = env.DIDAR_RELEASE_KEY;
  if (!path) return undefined;
  const key = createPrivateKey(await Bun.file(path).text());
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new DomainError('usage', 'DIDAR_RELEASE_KEY is no ed25519 key', {
      fix: 'make one with: openssl genpkey -algorithm ed25519 -out release-key.pem',
    });
  }
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  return { key, publicKey };
}

/** Writes what `didar upgrade` asks for beside the executable. */
export async function signExecutable(path: string, target: string, key: KeyObject): Promise<void> {
  const bytes = await Bun.file(path).bytes();
  const sha256 = new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
  const release = signRelease({ version, target, bytes: bytes.length, sha256 }, key);
  await Bun.write(path + RELEASE_SUFFIX, `${JSON.stringify(release, undefined, 2)}\n`);
}
