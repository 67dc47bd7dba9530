import type { Backoff } from './job.ts';

export const USUAL: Backoff = { firstMs: 5_000, longestMs: 900_000 };

/**
 * How long to wait after failure number `failures`, milliseconds. Up to half of it is chance (`random` gives 0 to 1),
 * so that what failed together does not come back together.
 */
export function retryDelay(failures: number, random: () => number, backoff: Backoff = USUAL): number {
  const full = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(failures - 1, 40));
  return Math.round(full / 2 + (full / 2) * random());
}
