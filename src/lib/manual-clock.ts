import type { Clock } from './clock.ts';

/** A clock that stands still until told to move; for tests. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms` and runs what falls due, in order. */
  advance(ms: number): void;
}

export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  let next = 0;
  const timers = new Map<number, { at: number; every?: number; run: () => void }>();

  function add(at: number, run: () => void, every?: number): () => void {
    const id = next++;
    timers.set(id, every === undefined ? { at, run } : { at, run, every });
    return () => void timers.delete(id);
  }

  function due(limit: number) {
    return [...timers].filter(([, t]) => t.at <= limit).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
  }

  return {
    now: () => now,
    after: (ms, run) => add(now + ms, run),
    every: (ms, run) => add(now + ms, run, ms),
    advance(ms) {
      const limit = now + ms;
      for (let entry = due(limit); entry; entry = due(limit)) {
        const [id, timer] = entry;
        now = timer.at;
        if (timer.every === undefined) timers.delete(id);
        else timer.at += timer.every;
        timer.run();
      }
      now = limit;
    },
  };
}
