import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { readCertificate } from './certificate.ts';
import { type CertificateStore, createHolder, NO_CHALLENGES } from './certificate-store.ts';

/** Two stats a second cost nothing, and see through symlinks, bind mounts and NFS where a watch does not. */
const POLL_MS = 1000;

export interface FilesStoreOptions {
  readonly certPath: string;
  readonly keyPath: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * A certificate from two files, read again when they change. A pair that does not fit, as in the middle of a
 * replacement, is passed over until it does.
 *
 * @throws DomainError `certificate_unusable` when the first pair cannot be used.
 */
export async function createFilesStore(options: FilesStoreOptions): Promise<CertificateStore> {
  const { certPath, keyPath, clock, log } = options;
  const holder = createHolder(await load());
  let seen = await version();
  let failure: DomainError | undefined;
  let reading = false;
  let stop: () => void = () => undefined;

  async function load() {
    const [cert, key] = await Promise.all([text(certPath, 'cert'), text(keyPath, 'key')]);
    return readCertificate(cert, key);
  }

  async function version(): Promise<string> {
    const files = await Promise.all([certPath, keyPath].map((path) => stat(path).catch(() => undefined)));
    return files.map((file) => (file ? `${file.ino} ${file.mtimeMs} ${file.size}` : 'none')).join();
  }

  async function poll(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      const now = await version();
      if (now === seen && failure === undefined) return;
      seen = now;
      holder.replace(await load());
      failure = undefined;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (failure?.message !== error.message) {
        log.warn('the certificate files changed and cannot be used; the old certificate stays', { error });
      }
      failure = error;
    } finally {
      reading = false;
    }
  }

  return {
    ...NO_CHALLENGES,
    current: holder.current,
    onChange: holder.onChange,
    caPem: () => undefined,
    status() {
      const { notAfter, subjects, fingerprint } = holder.current();
      const error = failure === undefined ? {} : { error: failure.message, fix: failure.fix };
      return { mode: 'files', state: failure ? 'failing' : 'ok', ...error, notAfter, subjects, fingerprint };
    },
    start() {
      stop = clock.every(POLL_MS, () => void poll());
    },
    stop: () => stop(),
  };
}

async function text(path: string, key: 'cert' | 'key'): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DomainError('certificate_unusable', `Cannot read ${path}: ${messageOf(cause)}.`, {
      cause,
      fix: `Check server.tls.${key} and that the server's user may read the file.`,
      details: { key: `server.tls.${key}` },
    });
  }
}
