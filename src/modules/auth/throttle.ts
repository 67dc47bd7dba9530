import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { createTokenBuckets } from '../../lib/token-bucket.ts';

/** A try to give the password of an account. */
export interface Attempt {
  readonly emailKey: string;
  /** A device or a network that this account has signed in from before; undefined for a stranger's. */
  readonly knownPlace: string | undefined;
}

export interface LoginThrottle {
  /**
   * Counts a try before its password is looked at, so that many at once count too. The returned function takes that
   * back, for a password that was right. Throws `too_many_requests` when this account has to wait.
   */
  begin(attempt: Attempt): () => void;
}

/** How many wrong passwords an account takes at once, and how long until it takes one more. */
const BURST = 10;
const REFILL_MS = 15_000;
const MAX_KEYS = 10_000;

/**
 * Slows the guessing of one account's password, from however many addresses it is tried. All strangers share what an
 * account bears; each network and device that it has signed in from before has its own, so that guessing elsewhere
 * never delays the owner. Nobody is locked out: whoever waits may try again. Whether the account exists changes nothing.
 */
export function createLoginThrottle(clock: Clock): LoginThrottle {
  const buckets = createTokenBuckets({ clock, burst: BURST, refillMs: REFILL_MS, maxKeys: MAX_KEYS });
  return {
    begin({ emailKey, knownPlace }) {
      const key = knownPlace === undefined ? emailKey : `${emailKey} ${knownPlace}`;
      const waitMs = buckets.waitFor(key);
      if (waitMs > 0) throw tooManyTries(Math.ceil(waitMs / 1000));
      buckets.take(key);
      return () => buckets.giveBack(key);
    },
  };
}

const tooManyTries = (retryAfter: number) =>
  new DomainError('too_many_requests', 'The password of this account was tried too often.', {
    fix: `Try again in ${retryAfter} s.`,
    details: { retryAfter },
  });
