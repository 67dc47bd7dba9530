import type { Clock } from './clock.ts';

export interface TokenBuckets {
  /** Milliseconds until `key` has a token again; 0 when it has one now. */
  waitFor(key: string): number;
  /** How many whole tokens `key` has now. */
  left(key: string): number;
  /** Takes one token of `key`, if there is one. */
  take(key: string): void;
  /** Puts one token of `key` back. */
  giveBack(key: string): void;
}

export interface TokenBucketOptions {
  readonly clock: Clock;
  /** How many can be taken at once. */
  readonly burst: number;
  /** How long until one comes back. */
  readonly refillMs: number;
  /** How many keys are remembered; past that the one seen first is forgotten. */
  readonly maxKeys: number;
}

/** A token bucket for each key, in memory. Full buckets are not kept. */
export function createTokenBuckets({ clock, burst, refillMs, maxKeys }: TokenBucketOptions): TokenBuckets {
  const buckets = new Map<string, { tokens: number; at: number }>();

  function current(key: string): number {
    const bucket = buckets.get(key);
    if (!bucket) return burst;
    const tokens = bucket.tokens + (clock.now() - bucket.at) / refillMs;
    if (tokens < burst) return tokens;
    buckets.delete(key);
    return burst;
  }

  return {
    waitFor(key) {
      const tokens = current(key);
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * refillMs);
    },
    left: (key) => Math.floor(current(key)),
    take(key) {
      const tokens = Math.max(0, current(key) - 1);
      if (!buckets.has(key) && buckets.size >= maxKeys) {
        const first = buckets.keys().next();
        if (!first.done) buckets.delete(first.value);
      }
      buckets.set(key, { tokens, at: clock.now() });
    },
    giveBack(key) {
      const tokens = current(key) + 1;
      if (tokens >= burst) buckets.delete(key);
      else buckets.set(key, { tokens, at: clock.now() });
    },
  };
}
