import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { version } from '../../package.json';
import { RELEASE_SUFFIX, signRelease } from '../../src/upgrade/release.ts';

/** Versions to upgrade to, signed by a key of their own. */
export interface Releases {
  /** Of the public key, for `--key`. */
  readonly keyFile: string;
  /** One that does what the lines of its script say, and then what the real executable does; its path. */
  scripted(name: string, script: string, signer?: KeyObject): string;
  /** Signs a file as what is said of it; by default as what it is. */
  sign(path: string, facts?: Partial<Parameters<typeof signRelease>[0]>, signer?: KeyObject): void;
}

/** Makes them in a directory; `executable` is the real one, where they will be run. */
export function releasesIn(directory: string, executable: string): Releases {
  const keyFile = `${directory}/key.pem`;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, publicKey.export({ type: 'spki', format: 'pem' }));

  function sign(path: string, facts = {}, signer = privateKey): void {
    const sha256 = new Bun.CryptoHasher('sha256').update(readFileSync(path)).digest('hex');
    const real = { version, target: `linux-${process.arch}`, bytes: statSync(path).size, sha256 };
    writeFileSync(path + RELEASE_SUFFIX, JSON.stringify(signRelease({ ...real, ...facts }, signer)));
  }

  return {
    keyFile,
    sign,
    scripted(name, script, signer) {
      const path = `${directory}/${name}`;
      writeFileSync(path, `#!/bin/sh\n${script}\nexec ${executable} "$@"\n`);
      sign(path, {}, signer);
      return path;
    },
  };
}
