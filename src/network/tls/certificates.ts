import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TlsConfig } from '../../config/config.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { createAcmeStore, LETS_ENCRYPT } from './acme/acme-store.ts';
import type { CertificateStore } from './certificate-store.ts';
import { createFilesStore } from './files-store.ts';
import { createSelfSignedStore, readAuthority } from './self-signed-store.ts';

const TLS_DIRECTORY = 'tls';

export interface CertificatesOptions {
  readonly config: TlsConfig;
  /** The name or address by which clients dial the server. */
  readonly host: string;
  /** Further addresses that a self-signed certificate is to cover. */
  readonly addresses?: readonly string[];
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The certificates of the configured mode. What is made or got is kept in `tls` under the data directory.
 *
 * @throws DomainError `certificate_unusable`, `acme_needs_a_name`, or `tls_off` when there is to be no TLS
 */
export function createCertificates(options: CertificatesOptions): Promise<CertificateStore> {
  const { config, host, addresses = [], dataDir, clock, log } = options;
  const directory = join(dataDir, TLS_DIRECTORY);
  switch (config.mode) {
    case 'files':
      return createFilesStore({ certPath: config.cert ?? '', keyPath: config.key ?? '', clock, log });
    case 'self-signed':
      return createSelfSignedStore({ host, addresses, directory, clock, log });
    case 'acme': {
      const directoryUrl = config.acmeDirectory ?? LETS_ENCRYPT;
      // Certificates of a test authority must not be taken for those of the real one.
      const authority = createHash('sha256').update(directoryUrl).digest('hex').slice(0, 12);
      const acme = join(directory, 'acme', authority);
      return createAcmeStore({ host, email: config.email, directoryUrl, directory: acme, clock, log });
    }
    case 'off':
      throw new DomainError('tls_off', 'server.tls.mode is off: there are no certificates.');
  }
}

/** The authority to trust in mode `self-signed` (PEM), as kept in the data directory; undefined before the first start. */
export function readOwnAuthority(dataDir: string): Promise<string | undefined> {
  return readAuthority(join(dataDir, TLS_DIRECTORY));
}
