import type { Clock } from '../../lib/clock.ts';
import { createRing } from '../../lib/ring.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { DiskUsage, Measured, Usage } from './model.ts';

export const USAGE_EVERY_MS = 10_000;
/** Whoever looks right after the start sees something soon. */
const FIRST_AFTER_MS = 1_000;
const KEPT_SAMPLES = 360;

const COLUMNS = [
  'cpuMachine',
  'cpuDidar',
  'cpuLivekit',
  'cpuWorkers',
  'load',
  'memoryUsed',
  'memoryDidar',
  'memoryLivekit',
  'memoryWorkers',
  'diskFreeData',
  'diskFreeRecordings',
] as const;

export interface UsageDeps {
  readonly clock: Clock;
  /** Processors and memory: what was used since the time before. */
  readonly meter: () => Pick<Measured, 'cpu' | 'memory'>;
  readonly disks: () => Promise<readonly DiskUsage[]>;
}

export interface UsageHistory {
  now(): Usage;
  /** Measures now. Never rejects. */
  sample(): Promise<void>;
  start(): void;
  stop(): void;
}

/** What the machine and our processes use, measured every ten seconds, the last hour of it kept. */
export function createUsage({ clock, meter, disks }: UsageDeps): UsageHistory {
  const ring = createRing(COLUMNS, KEPT_SAMPLES);
  let measured: Measured = { cpu: null, memory: null, disks: [] };
  let measuredAt: number | undefined;
  let cancels: readonly (() => void)[] = [];

  async function sample(): Promise<void> {
    const found = await disks();
    measured = { ...meter(), disks: [...found] };
    measuredAt = clock.now();
    ring.push(rowOf(measured));
  }

  return {
    now: () => ({
      measuredAt: measuredAt === undefined ? null : toTimestamp(measuredAt),
      ...measured,
      series: { step: USAGE_EVERY_MS / 1000, ...ring.columns() },
    }),
    sample,
    start() {
      cancels = [
        clock.after(FIRST_AFTER_MS, () => void sample()),
        clock.every(USAGE_EVERY_MS, () => void sample()),
      ];
    },
    stop() {
      for (const cancel of cancels) cancel();
    },
  };
}

function rowOf({ cpu, memory, disks }: Measured): Record<(typeof COLUMNS)[number], number> {
  const free = (holds: DiskUsage['holds'][number]) =>
    disks.find((disk) => disk.holds.includes(holds))?.free ?? 0;
  return {
    cpuMachine: cpu?.machine ?? 0,
    cpuDidar: cpu?.didar ?? 0,
    cpuLivekit: cpu?.livekit ?? 0,
    cpuWorkers: cpu?.workers ?? 0,
    load: cpu?.load ?? 0,
    memoryUsed: memory ? memory.total - memory.available : 0,
    memoryDidar: memory?.didar ?? 0,
    memoryLivekit: memory?.livekit ?? 0,
    memoryWorkers: memory?.workers ?? 0,
    diskFreeData: free('data'),
    diskFreeRecordings: free('recordings'),
  };
}
