import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { createAuthority, issueLeaf, type Pair } from './authority.ts';
import { type Certificate, covers, readCertificate, renewalTime } from './certificate.ts';
import { type CertificateStore, createHolder, NO_CHALLENGES } from './certificate-store.ts';
import { readPair, writePair } from './pem-file.ts';

const CHECK_MS = 3_600_000;
const CA_FILE = 'ca.pem';

export interface SelfSignedStoreOptions {
  readonly host: string;
  /** Further addresses by which clients may dial us. */
  readonly addresses: readonly string[];
  /** Where the authority and the certificate are kept. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Certificates of an authority of our own, which is made once and kept: whoever trusts it goes on trusting the
 * server through renewals and changes of its name.
 */
export async function createSelfSignedStore(options: SelfSignedStoreOptions): Promise<CertificateStore> {
  const { host, clock, log } = options;
  const caPath = join(options.directory, CA_FILE);
  const leafPath = join(options.directory, 'self-signed.pem');
  const addresses = [...new Set([...(isIP(host) === 0 ? [] : [host]), ...options.addresses])];
  const names = isIP(host) === 0 ? [host] : [];
  const authority = await keptAuthority();
  const holder = createHolder(await keptLeaf());
  let failure: string | undefined;
  let issuing = false;
  let stop: () => void = () => undefined;

  async function keptAuthority(): Promise<Pair> {
    const kept = await readPair(caPath);
    if (kept && Date.parse(new X509Certificate(kept.cert).validTo) > clock.now()) return kept;
    const made = await createAuthority(`Didar on ${hostname()}`, clock.now());
    await writePair(caPath, made);
    return made;
  }

  async function keptLeaf(): Promise<Certificate> {
    const kept = await readPair(leafPath);
    if (kept) {
      const certificate = readCertificate(kept.cert, kept.key);
      if (isGood(certificate)) return certificate;
    }
    return issue();
  }

  async function issue(): Promise<Certificate> {
    const leaf = await issueLeaf(authority, { names, addresses }, clock.now());
    await writePair(leafPath, leaf);
    return readCertificate(leaf.cert, leaf.key);
  }

  function isGood(certificate: Certificate): boolean {
    const signedByOurs = certificate.cert.endsWith(authority.cert);
    const named = [...names, ...addresses].every((subject) => covers(certificate, subject));
    return signedByOurs && named && clock.now() < renewalTime(certificate);
  }

  async function check(): Promise<void> {
    if (issuing || isGood(holder.current())) return;
    issuing = true;
    try {
      holder.replace(await issue());
      failure = undefined;
    } catch (error) {
      failure = messageOf(error);
      log.warn('the certificate could not be renewed', { error });
    } finally {
      issuing = false;
    }
  }

  return {
    ...NO_CHALLENGES,
    current: holder.current,
    onChange: holder.onChange,
    caPem: () => authority.cert,
    status() {
      const { notAfter, subjects, fingerprint } = holder.current();
      const state = failure === undefined ? 'ok' : 'failing';
      return { mode: 'self-signed', state, error: failure, notAfter, subjects, fingerprint };
    },
    start() {
      stop = clock.every(CHECK_MS, () => void check());
    },
    stop: () => stop(),
  };
}

/** The certificate of the authority that is kept in a `tls` directory; undefined before it was made. */
export async function readAuthority(directory: string): Promise<string | undefined> {
  return (await readPair(join(directory, CA_FILE)))?.cert;
}
