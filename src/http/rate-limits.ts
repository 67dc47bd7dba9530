import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { networkOf } from '../lib/network-of.ts';
import { createTokenBuckets, type TokenBuckets } from '../lib/token-bucket.ts';
import type { ClientInfo } from '../network/front/client-info.ts';

/** How many refusals an address may collect at a route before it has to wait. Successes cost nothing. */
export interface RateLimit {
  readonly burst: number;
  readonly refillMs: number;
}

const MAX_ADDRESSES = 10_000;
const NONE: readonly [] = [];

/** Where something can be guessed: passwords, codes, tokens, names of rooms. */
const LIMITS: Readonly<Record<string, RateLimit>> = {
  'POST /api/auth/login': { burst: 20, refillMs: 6_000 },
  'POST /api/auth/register': { burst: 10, refillMs: 30_000 },
  'POST /api/auth/reset': { burst: 10, refillMs: 30_000 },
  'POST /api/auth/password': { burst: 10, refillMs: 30_000 },
  'POST /api/auth/refresh': { burst: 30, refillMs: 2_000 },
  'POST /api/room/join': { burst: 60, refillMs: 1_000 },
};

export interface RateLimiter {
  /** Throws `too_many_requests` when this address was refused too often. */
  admit(route: string, client: ClientInfo): void;
  /**
   * What an answer of this route tells of its limit: `RateLimit-Policy` and `RateLimit`
   * (draft-ietf-httpapi-ratelimit-headers-10). Empty where there is none.
   */
  headersFor(route: string, client: ClientInfo): readonly (readonly [name: string, value: string])[];
  /** Counts what was answered. */
  answered(route: string, client: ClientInfo, status: number): void;
}

/** Counts refusals per address and route, so that guessing is slow while a class behind one address gets in. */
export function createRateLimiter(clock: Clock, limits = LIMITS): RateLimiter {
  const buckets = new Map<string, TokenBuckets>(
    Object.entries(limits).map(([route, limit]) => [
      route,
      createTokenBuckets({ clock, maxKeys: MAX_ADDRESSES, ...limit }),
    ]),
  );
  return {
    admit(route, client) {
      if (client.transport === 'unix') return;
      const waitMs = buckets.get(route)?.waitFor(networkOf(client.address)) ?? 0;
      if (waitMs === 0) return;
      const retryAfter = Math.ceil(waitMs / 1000);
      throw new DomainError('too_many_requests', 'Too many refused requests from this address.', {
        fix: `Try again in ${retryAfter} s.`,
        details: { retryAfter },
      });
    },
    headersFor(route, client) {
      const limit = limits[route];
      const bucket = buckets.get(route);
      if (!limit || !bucket || client.transport === 'unix') return NONE;
      const network = networkOf(client.address);
      const left = bucket.left(network);
      const { burst, refillMs } = limit;
      const backIn = left === burst ? 0 : Math.ceil((bucket.waitFor(network) || refillMs) / 1000);
      return [
        ['ratelimit-policy', `"refused";q=${burst};w=${(burst * refillMs) / 1000}`],
        ['ratelimit', `"refused";r=${left};t=${backIn}`],
      ];
    },
    answered(route, client, status) {
      if (!isRefusal(status) || client.transport === 'unix') return;
      buckets.get(route)?.take(networkOf(client.address));
    },
  };
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 404 || status === 409;
}
