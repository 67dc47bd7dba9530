import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Five looks a second cost nothing and see whatever a person would feel. */
const EVERY_MS = 200;
const NS_PER_S = 1e9;

export interface LoopDelay {
  start(): void;
  /** How long the event loop was late at most since the last question, in seconds. */
  max(): number;
  stop(): void;
}

/** Watches how long what is due has to wait because something else runs. */
export function createLoopDelay(): LoopDelay {
  let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;
  return {
    start() {
      histogram = monitorEventLoopDelay({ resolution: EVERY_MS });
      histogram.enable();
    },
    max() {
      const seconds = (histogram?.max ?? 0) / NS_PER_S;
      histogram?.reset();
      // A histogram that has seen nothing yet gives a number without meaning.
      return Number.isFinite(seconds) && seconds < 3600 ? seconds : 0;
    },
    stop() {
      histogram?.disable();
      histogram = undefined;
    },
  };
}
