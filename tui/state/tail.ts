import type { Clock } from '../../src/lib/clock.ts';
import { type Collection, createCollection } from './collection.ts';

/** Kept for looking back; older lines go. */
const KEPT_LINES = 2000;
/**
 * Every line that comes moves all lines on the screen. One comes at once after a quiet second; in a flood a second's
 * worth comes together, which is what can be read anyway and what a slow line can carry.
 */
const FLUSH_MS = 1000;

export interface TailLine {
  readonly n: number;
}

/** The newest lines of something that goes on and on, numbered as they come. */
export interface Tail<T extends TailLine> {
  readonly collection: Collection<T>;
  push(make: (n: number) => T): void;
  /** Shows what was pushed without waiting. */
  flush(): void;
  replace(make: readonly ((n: number) => T)[]): void;
}

export function createTail<T extends TailLine>(clock: Clock, changed: () => void): Tail<T> {
  const collection = createCollection<T>((line) => String(line.n));
  const waiting: T[] = [];
  let last = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  let n = 0;

  function flush(): void {
    cancel?.();
    cancel = undefined;
    last = clock.now();
    for (const line of waiting.splice(0)) {
      collection.put(line);
      if (collection.size > KEPT_LINES) collection.delete(String(line.n - KEPT_LINES));
    }
    changed();
  }

  return {
    collection,
    push(make) {
      waiting.push(make(++n));
      if (cancel) return;
      const wait = last + FLUSH_MS - clock.now();
      if (wait <= 0) flush();
      else cancel = clock.after(wait, flush);
    },
    flush,
    replace(make) {
      waiting.length = 0;
      collection.replace(make.slice(-KEPT_LINES).map((one) => one(++n)));
    },
  };
}
