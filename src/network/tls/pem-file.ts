import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../../lib/atomic-file.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Pair } from './authority.ts';

/**
 * A key and its certificate in one 0600 file, so that no crash can leave one without the other.
 *
 * @throws DomainError `certificate_unusable` when the file is there but is not what it should be.
 */
export async function readPair(path: string): Promise<Pair | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (text === undefined) return undefined;
  const begin = text.indexOf('-----BEGIN CERTIFICATE-----');
  if (begin <= 0) {
    throw new DomainError('certificate_unusable', `${path} does not hold a key and a certificate.`, {
      fix: 'Restore it from a backup, or remove it to have a new one made.',
    });
  }
  return { key: text.slice(0, begin), cert: text.slice(begin) };
}

/** Writes what `readPair` reads; the directory is made, for the owner alone. */
export async function writePair(path: string, pair: Pair): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, pair.key + pair.cert);
}
