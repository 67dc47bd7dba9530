import type { Clock } from '../../src/lib/clock.ts';

/** At most 10 frames a second for what comes by itself: it can be followed, and costs half of 20. Keys don't wait. */
const FRAME_MS = 100;

/** Tells the screen that something may look different now. */
export interface Signal {
  subscribe(listener: () => void): () => void;
  /** At once: somebody pressed a key and waits. */
  now(): void;
  /** Soon, together with whatever else comes until then. */
  soon(): void;
}

export function createSignal(clock: Clock): Signal {
  const listeners = new Set<() => void>();
  let cancel: (() => void) | undefined;
  let last = Number.NEGATIVE_INFINITY;

  function now(): void {
    cancel?.();
    cancel = undefined;
    last = clock.now();
    for (const listener of listeners) listener();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    now,
    soon() {
      cancel ??= clock.after(Math.max(0, Math.min(FRAME_MS, last + FRAME_MS - clock.now())), now);
    },
  };
}
