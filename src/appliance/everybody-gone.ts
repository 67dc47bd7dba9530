import type { Config } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';

/** A client that lost its signalling has tried to get it back a few times by then. */
const GONE_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 500;

export interface EverybodyGoneOptions {
  /** Live signalling connections; zero of them for a while is nobody. */
  readonly connections: () => number;
  readonly clock: Clock;
  /** Called once. */
  readonly onGone: () => void;
}

/**
 * Notices when nobody is there any more who could leave. livekit waits up to a minute for a client that vanished
 * without a word; a server that stops needn't. The returned function ends the watch.
 */
export function watchForEverybodyGone({ connections, clock, onGone }: EverybodyGoneOptions): () => void {
  let emptySince: number | undefined = connections() === 0 ? clock.now() : undefined;
  const end = clock.every(LOOK_EVERY_MS, () => {
    if (connections() > 0) {
      emptySince = undefined;
      return;
    }
    emptySince ??= clock.now();
    if (clock.now() - emptySince < GONE_AFTER_MS) return;
    end();
    onGone();
  });
  return end;
}

/** Whether all who are on this livekit-server came to it over the front: not directly, nor by another node of a cluster. */
export function signalsThroughFront({ livekit }: Config): boolean {
  return !livekit.external && livekit.host === undefined && livekit.redis === undefined;
}
