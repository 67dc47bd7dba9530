import { statfs } from 'node:fs/promises';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';

const LOOK_EVERY_MS = 10_000;
/** Below the larger of these a recording is stopped while it can still be completed; below twice that it is warned of. */
const RESERVE_BYTES = 1024 ** 3;
const RESERVE_SHARE = 0.05;

export type DiskState = 'ok' | 'low' | 'full';

export interface DiskGuard {
  /** How much room there is now. */
  look(): Promise<{ readonly state: DiskState; readonly free: number }>;
  /** Calls back when it gets low, and when it is full, until the returned function is called. */
  watch(onState: (state: Exclude<DiskState, 'ok'>, free: number) => void): () => void;
}

export interface DiskGuardOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Free and total bytes of the file system; replaced in tests. */
  readonly measure?: (dir: string) => Promise<{ readonly free: number; readonly total: number }>;
}

/** Watches that the disk does not fill up under a recording: a full one would cost its last seconds, and the database. */
export function createDiskGuard({ dir, clock, log, measure = measureDisk }: DiskGuardOptions): DiskGuard {
  async function look(): Promise<{ state: DiskState; free: number }> {
    const { free, total } = await measure(dir);
    const reserve = Math.min(Math.max(RESERVE_BYTES, total * RESERVE_SHARE), total / 2);
    return { free, state: free < reserve ? 'full' : free < reserve * 2 ? 'low' : 'ok' };
  }

  return {
    look,
    watch(onState) {
      let last: DiskState = 'ok';
      return clock.every(LOOK_EVERY_MS, () => {
        look().then(
          ({ state, free }) => {
            if (state !== last && state !== 'ok') onState(state, free);
            last = state;
          },
          (error: unknown) =>
            log.warn('the disk of the recordings cannot be measured', { error: messageOf(error) }),
        );
      });
    },
  };
}

async function measureDisk(dir: string): Promise<{ free: number; total: number }> {
  const { bavail, blocks, bsize } = await statfs(dir);
  return { free: bavail * bsize, total: blocks * bsize };
}
