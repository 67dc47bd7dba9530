import type { Clock } from '../../lib/clock.ts';

/** Whoever leaves closes their signalling too, and the fact that they left comes a moment later. */
const GRACE_MS = 2_000;

export interface SignallingWatchDeps {
  readonly clock: Clock;
  /** They have been without signalling for a while, and it may be that they come back. */
  readonly onLost: (room: string, identity: string) => void;
  readonly onBack: (room: string, identity: string) => void;
}

/** Tells who lost their signalling, and who has it again, from what the front sees of its connections. */
export function createSignallingWatch({ clock, onLost, onBack }: SignallingWatchDeps) {
  const waiting = new Map<string, () => void>();
  return (room: string, identity: string, isThere: boolean): void => {
    const key = `${room}\n${identity}`;
    waiting.get(key)?.();
    waiting.delete(key);
    if (isThere) {
      onBack(room, identity);
      return;
    }
    waiting.set(
      key,
      clock.after(GRACE_MS, () => {
        waiting.delete(key);
        onLost(room, identity);
      }),
    );
  };
}
