import { type Clock, wait } from '../lib/clock.ts';
import type { RunningChild } from './spawn.ts';

/** A child that is asked to stop while it starts gets this long to become ready, so that it can be asked nicely. */
const START_GRACE_MS = 3_000;
/** Two signals of a kind that arrive together are one to the kernel. */
const SIGNAL_GAP_MS = 100;
const KILL_AFTER_MS = 2_000;

export interface EndingOptions {
  readonly child: RunningChild;
  /** Resolves to the moment it was ready (milliseconds since the epoch), to undefined if it never was. */
  readonly ready: Promise<number | undefined>;
  readonly settleMs: number;
  /** Resolves when nobody shall be waited for any longer. */
  readonly drainOver: Promise<void>;
  readonly clock: Clock;
}

/**
 * Ends a child: SIGTERM (it drains), when the drain is over a second SIGTERM (it is forced), then SIGKILL.
 * A child that has not been ready for `settleMs` may swallow a signal, and livekit-server reads only two in its
 * life: so none is sent before that moment, and a child that does not become ready is killed.
 */
export async function endChild({ child, ready, settleMs, drainOver, clock }: EndingOptions): Promise<void> {
  const readyAt = await Promise.race([
    ready,
    child.exited.then(nothing),
    wait(clock, START_GRACE_MS).then(nothing),
  ]);
  if (readyAt === undefined) return kill(child);
  await before(child, wait(clock, Math.max(0, readyAt + settleMs - clock.now())));
  child.signal('SIGTERM');
  await before(child, Promise.all([drainOver, wait(clock, SIGNAL_GAP_MS)]));
  child.signal('SIGTERM');
  await before(child, wait(clock, KILL_AFTER_MS));
  await kill(child);
}

/** SIGKILL to the whole group, also after the leader's exit: what it started must not outlive it. */
async function kill(child: RunningChild): Promise<void> {
  child.signal('SIGKILL');
  await child.exited;
}

function before(child: RunningChild, event: Promise<unknown>): Promise<unknown> {
  return Promise.race([child.exited, event]);
}

function nothing(): undefined {
  return undefined;
}
