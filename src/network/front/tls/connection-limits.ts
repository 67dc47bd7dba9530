import { networkOf } from '../../../lib/network-of.ts';

export interface ConnectionLimits {
  /** Connections of one address that have not yet sent a first request. */
  readonly waitingPerAddress: number;
  /** All connections of one address; an office or a carrier's NAT is one address, too. */
  readonly perAddress: number;
  readonly total: number;
}

export const DEFAULT_LIMITS: ConnectionLimits = { waitingPerAddress: 256, perAddress: 1024, total: 16_384 };

/** A counted connection. */
export interface Seat {
  /** It has sent its first request and counts as waiting no more. */
  settled(): void;
  leave(): void;
}

/** Counts connections by address, so that one flood takes nothing from anybody else. */
export function createSeats(limits: ConnectionLimits) {
  const counts = new Map<string, { all: number; waiting: number }>();
  let total = 0;

  return {
    total: () => total,
    /** Undefined when there is no room for this address. */
    take(address: string): Seat | undefined {
      const holder = networkOf(address);
      const count = counts.get(holder) ?? { all: 0, waiting: 0 };
      const full =
        count.all >= limits.perAddress || count.waiting >= limits.waitingPerAddress || total >= limits.total;
      if (full) return undefined;
      counts.set(holder, count);
      count.all++;
      count.waiting++;
      total++;
      let waiting = true;
      let seated = true;
      const settled = () => {
        if (waiting) count.waiting--;
        waiting = false;
      };
      return {
        settled,
        leave() {
          if (!seated) return;
          seated = false;
          settled();
          count.all--;
          total--;
          if (count.all === 0) counts.delete(holder);
        },
      };
    },
  };
}
