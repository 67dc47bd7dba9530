import type { Clock } from './clock.ts';

const LOOK_EVERY_MS = 5_000;
/** Tokens forgive that much. */
const JUMP_MS = 30_000;
/** By then those whose tokens it made invalid have others, and the new time counts as the right one. */
const TOLD_FOR_MS = 600_000;

/** The wall clock went another way than time itself. */
export interface ClockJump {
  /** Milliseconds; negative when it was set back. */
  readonly by: number;
}

export interface ClockWatch {
  /** Undefined while the clock is steady: it didn't jump, was set right again, or jumped more than ten minutes ago. */
  jump(): ClockJump | undefined;
  stop(): void;
}

export interface ClockWatchOptions {
  readonly clock: Clock;
  /** Milliseconds that nobody can set: `performance.now`. */
  readonly monotonic: () => number;
  /** Told once of each jump, and with undefined when it was undone or is the new time. */
  readonly onChange: (jump: ClockJump | undefined) => void;
}

/** Compares the clock of the machine with time that nobody can set. A machine that slept looks the same. */
export function watchClock({ clock, monotonic, onChange }: ClockWatchOptions): ClockWatch {
  let right = clock.now() - monotonic();
  let seen: (ClockJump & { readonly at: number }) | undefined;

  function look(): void {
    const by = clock.now() - monotonic() - right;
    if (Math.abs(by) < JUMP_MS) {
      end();
    } else if (seen === undefined || Math.abs(by - seen.by) >= JUMP_MS) {
      seen = { by, at: monotonic() };
      onChange(seen);
    } else if (monotonic() - seen.at >= TOLD_FOR_MS) {
      right += by;
      end();
    }
  }

  function end(): void {
    if (seen === undefined) return;
    seen = undefined;
    onChange(undefined);
  }

  const stop = clock.every(LOOK_EVERY_MS, look);
  return {
    jump() {
      look();
      return seen && { by: seen.by };
    },
    stop,
  };
}

/** "forward by 3600 s": how the clock was set, for people. */
export function describeJump({ by }: ClockJump): string {
  return `${by > 0 ? 'forward' : 'back'} by ${Math.round(Math.abs(by) / 1000)} s`;
}
