import { type Clock, wait } from '../lib/clock.ts';

const PROBE_INTERVAL_MS = 15;
/** How long a start may take, also on a machine that is busy with other things. */
export const READY_LIMIT_MS = 30_000;

export interface ReadinessOptions {
  readonly ready: (signal: AbortSignal) => Promise<boolean>;
  /** Aborts when there is nothing left to wait for. */
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly clock: Clock;
}

/**
 * Probes until the child answers.
 *
 * @returns false when the limit passed or the signal was aborted first
 */
export async function waitUntilReady({ ready, signal, limitMs, clock }: ReadinessOptions): Promise<boolean> {
  const limit = clock.now() + limitMs;
  while (!signal.aborted && clock.now() < limit) {
    // A rejection is the usual answer of a port that nobody listens on yet.
    const answered = await ready(signal).catch(() => false);
    if (answered) return !signal.aborted;
    await wait(clock, PROBE_INTERVAL_MS);
  }
  return false;
}
