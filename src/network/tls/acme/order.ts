// acme-client speaks ACME (RFC 8555): kept, small, and used by many; what it asks of us is to answer challenges.
// Loaded only for an order, for it takes 20 MB.

import type { Clock } from '../../../lib/clock.ts';
import { DomainError, messageOf } from '../../../lib/errors.ts';
import { createChallengeCertificate, type Pair } from '../authority.ts';
import type { Challenges } from './challenges.ts';

export const CHALLENGE_TYPES = ['tls-alpn-01', 'http-01'] as const;
export type ChallengeType = (typeof CHALLENGE_TYPES)[number];

const DIRECTORY_LIMIT_MS = 15_000;

export interface OrderOptions {
  readonly host: string;
  readonly email?: string;
  readonly directoryUrl: string;
  /** PEM. */
  readonly accountKey: string;
  readonly challenges: Challenges;
  /** Which one to try, of those that the authority offers. */
  readonly prefer: ChallengeType;
  readonly clock: Clock;
}

/**
 * A certificate from the authority, with a new key.
 *
 * @throws DomainError `acme_unreachable`, `acme_rate_limited` or `acme_refused`, with what the authority said
 */
export async function orderCertificate(options: OrderOptions): Promise<Pair> {
  const { host, email, directoryUrl, accountKey, challenges, prefer, clock } = options;
  await checkDirectory(directoryUrl);
  const acme = await import('acme-client');
  const client = new acme.Client({ directoryUrl, accountKey });
  const [key, csr] = await acme.crypto.createCsr(
    { commonName: host, altNames: [host] },
    await acme.crypto.createPrivateEcdsaKey(),
  );
  try {
    const cert = await client.auto({
      csr,
      email,
      termsOfServiceAgreed: true,
      // The check from here would fail behind a NAT without hairpin, where the authority's own succeeds.
      skipChallengeVerification: true,
      challengePriority: [prefer, ...CHALLENGE_TYPES],
      async challengeCreateFn(_, challenge, keyAuthorization) {
        if (challenge.type === 'http-01') challenges.http.set(challenge.token, keyAuthorization);
        else {
          const pair = await createChallengeCertificate(host, keyAuthorization, clock.now());
          challenges.alpn.set(host, pair);
        }
      },
      async challengeRemoveFn(_, challenge) {
        if (challenge.type === 'http-01') challenges.http.delete(challenge.token);
        else challenges.alpn.delete(host);
      },
    });
    return { cert, key: key.toString() };
  } catch (cause) {
    throw refused(host, prefer, cause);
  }
}

/** Asked first by ourselves: acme-client's words for a network failure say nothing. */
async function checkDirectory(url: string): Promise<void> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DIRECTORY_LIMIT_MS) });
    const directory: unknown = await answer.json();
    if (typeof directory === 'object' && directory !== null && 'newOrder' in directory) return;
    throw new Error('what it answers is no ACME directory');
  } catch (cause) {
    throw new DomainError(
      'acme_unreachable',
      `The authority at ${url} cannot be used: ${messageOf(cause).replace(/[.?]+$/, '')}.`,
      {
        cause,
        fix: 'Check server.tls.acmeDirectory, and that this machine reaches the internet (DNS, port 443 outwards).',
      },
    );
  }
}

function refused(host: string, challenge: ChallengeType, cause: unknown): DomainError {
  const said = messageOf(cause);
  if (/rate ?limit|too many/i.test(said)) {
    return new DomainError('acme_rate_limited', `The authority wants fewer orders for ${host}: ${said}.`, {
      cause,
      fix: 'Wait until the time it names; meanwhile server.tls.mode "files" or "self-signed" works.',
    });
  }
  const port = challenge === 'http-01' ? 'port 80' : 'port 443';
  return new DomainError(
    'acme_refused',
    `The authority gave no certificate for ${host} (${challenge}): ${said}.`,
    {
      cause,
      fix: `${host} must resolve to this machine, and ${port} must be reachable from the internet.`,
    },
  );
}
