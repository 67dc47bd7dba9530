import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../../lib/atomic-file.ts';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError, messageOf } from '../../../lib/errors.ts';
import type { Logger } from '../../../lib/log.ts';
import { createAuthority, issueLeaf, type Pair } from '../authority.ts';
import { type Certificate, covers, readCertificate, renewalTime } from '../certificate.ts';
import { type CertificateStore, createHolder } from '../certificate-store.ts';
import { readPair, writePair } from '../pem-file.ts';
import { createChallenges } from './challenges.ts';
import { CHALLENGE_TYPES, type OrderOptions, orderCertificate } from './order.ts';

export const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';

const CHECK_MS = 5_000;
/** After the first failure: just the other way of being checked, which may be all that is needed. */
const OTHER_WAY_MS = 5_000;
/** Let's Encrypt allows five failed checks an hour; patience costs nothing while the old certificate lives. */
const FIRST_BACKOFF_MS = 5 * 60_000;
const MAX_BACKOFF_MS = 6 * 3_600_000;
/** An authority that was not reached counts nothing: it is asked again soon, so that a network that is back is used. */
const MAX_UNREACHED_MS = 5 * 60_000;

export interface AcmeStoreOptions {
  readonly host: string;
  readonly email?: string;
  readonly directoryUrl: string;
  /** Where account and certificate are kept. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** How a certificate is got; for tests. */
  readonly order?: (options: OrderOptions) => Promise<Pair>;
}

/**
 * A certificate from an ACME authority, renewed after two thirds of its life. Until the first one comes, clients see
 * one that nobody vouches for: HTTPS at any rate, never plain HTTP. A failure keeps what there is.
 *
 * @throws DomainError `acme_needs_a_name` for a host that is an address
 */
export async function createAcmeStore(options: AcmeStoreOptions): Promise<CertificateStore> {
  const { host, email, directoryUrl, directory, clock, log, order = orderCertificate } = options;
  if (isIP(host) !== 0) {
    throw new DomainError('acme_needs_a_name', `A certificate needs a host name; server.host is ${host}.`, {
      fix: 'Set server.host to a name that resolves to this machine, or server.tls.mode to self-signed.',
    });
  }
  const certificatePath = join(directory, `${host}.pem`);
  const challenges = createChallenges();
  const kept = await keptCertificate();
  const holder = createHolder(kept ?? (await standIn()));
  let isPending = kept === undefined;
  let failures = 0;
  let unreached = 0;
  /** Which way of being checked is next; stays with the one that worked. */
  let way = 0;
  let failure: DomainError | undefined;
  let nextAttempt = kept === undefined ? 0 : renewalTime(kept);
  let ordering = false;
  let stop: () => void = () => undefined;

  async function keptCertificate(): Promise<Certificate | undefined> {
    const pair = await readPair(certificatePath);
    const certificate = pair && readCertificate(pair.cert, pair.key);
    return certificate && covers(certificate, host) ? certificate : undefined;
  }

  async function standIn(): Promise<Certificate> {
    const authority = await createAuthority('Didar, waiting for a certificate', clock.now());
    const leaf = await issueLeaf(authority, { names: [host], addresses: [] }, clock.now());
    return readCertificate(leaf.cert, leaf.key);
  }

  /** How long to wait now. An authority that is not reached says nothing of the way, and is tried more often. */
  function backoff(code: string): number {
    if (code === 'acme_unreachable') return Math.min(OTHER_WAY_MS * 2 ** unreached++, MAX_UNREACHED_MS);
    unreached = 0;
    way++;
    if (failures++ === 0) return OTHER_WAY_MS;
    return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 2), MAX_BACKOFF_MS);
  }

  async function check(): Promise<void> {
    if (ordering || clock.now() < nextAttempt) return;
    ordering = true;
    try {
      const accountKey = await keptAccountKey(join(directory, 'account.key'));
      const prefer = CHALLENGE_TYPES[way % CHALLENGE_TYPES.length] ?? 'tls-alpn-01';
      const pair = await order({ host, email, directoryUrl, accountKey, challenges, prefer, clock });
      await writePair(certificatePath, pair);
      const certificate = readCertificate(pair.cert, pair.key);
      isPending = false;
      failures = 0;
      unreached = 0;
      failure = undefined;
      nextAttempt = renewalTime(certificate);
      holder.replace(certificate);
      log.info('the certificate was renewed', {
        host,
        notAfter: new Date(certificate.notAfter).toISOString(),
      });
    } catch (error) {
      failure = asDomainError(error);
      nextAttempt = clock.now() + backoff(failure.code);
      log.warn('no certificate could be got; what there is stays', {
        error: failure,
        fix: failure.fix,
        nextAttempt: new Date(nextAttempt).toISOString(),
      });
    } finally {
      ordering = false;
    }
  }

  return {
    current: holder.current,
    onChange: holder.onChange,
    caPem: () => undefined,
    httpChallenge: (token) => challenges.http.get(token),
    alpnChallenge: (name) => challenges.alpn.get(name),
    status() {
      const { notAfter, subjects, fingerprint } = holder.current();
      const told = failure === undefined ? {} : { error: failure.message, fix: failure.fix };
      const state = isPending ? 'pending' : failure ? 'failing' : 'ok';
      return { mode: 'acme', state, ...told, nextAttempt, notAfter, subjects, fingerprint };
    },
    start() {
      stop = clock.every(CHECK_MS, () => void check());
      void check();
    },
    stop: () => stop(),
  };
}

async function keptAccountKey(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (kept !== undefined) return kept;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, pem);
  return pem;
}

function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  return new DomainError('acme_failed', `No certificate could be got: ${messageOf(error)}.`, {
    cause: error,
    fix: 'Check that the data directory can be written.',
  });
}
