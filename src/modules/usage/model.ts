import { type Static, t } from 'elysia';
import { oneOf, Timestamp } from '../../lib/schema.ts';

const percent = (description: string) => t.Number({ minimum: 0, description: `percent ${description}` });
const bytes = (description: string) => t.Integer({ minimum: 0, description: `bytes ${description}` });

/** Of the processors that this server may use, unless it says otherwise. */
export const CpuUsage = t.Object({
  /** Processors of the machine. */
  processors: t.Integer({ minimum: 1 }),
  /** How many of them the control group lets this server use (`CPUQuota`, a container's limit); null: all. */
  quota: t.Nullable(t.Number()),
  machine: percent('of all processors of the machine that were busy, whoever used them'),
  load: t.Nullable(t.Number({ description: 'load average of the last minute' })),
  didar: percent('used by didar itself'),
  livekit: t.Nullable(percent('used by livekit-server; null where it runs elsewhere or is away')),
  workers: t.Nullable(percent('used by recorders, composers and other helpers; null where not told')),
});

export const MemoryUsage = t.Object({
  /** What the machine has, or the control group allows (`MemoryMax`, a container's limit) where that is tighter. */
  total: bytes('that there are for this server'),
  available: bytes('of them that are left'),
  limitedBy: oneOf(['machine', 'cgroup']),
  didar: bytes('held by didar itself'),
  livekit: t.Nullable(bytes('held by livekit-server; null where it runs elsewhere or is away')),
  workers: t.Nullable(bytes('held by recorders, composers and other helpers; null where not told')),
});

export const DiskUsage = t.Object({
  /** What of ours is on this filesystem. */
  holds: t.Array(oneOf(['data', 'recordings'])),
  path: t.String(),
  total: bytes('of the filesystem'),
  free: bytes('that may still be written'),
});
export type DiskUsage = Static<typeof DiskUsage>;

/** One sample every ten seconds, oldest first, for the last hour at most; what is null above is 0 here. */
export const UsageSeries = t.Object({
  step: t.Integer({ description: 'seconds between samples' }),
  cpuMachine: t.Array(t.Number()),
  cpuDidar: t.Array(t.Number()),
  cpuLivekit: t.Array(t.Number()),
  cpuWorkers: t.Array(t.Number()),
  load: t.Array(t.Number()),
  memoryUsed: t.Array(t.Number()),
  memoryDidar: t.Array(t.Number()),
  memoryLivekit: t.Array(t.Number()),
  memoryWorkers: t.Array(t.Number()),
  diskFreeData: t.Array(t.Number()),
  diskFreeRecordings: t.Array(t.Number()),
});

export const Usage = t.Object({
  measuredAt: t.Nullable(Timestamp),
  /** Null before the first measurement, or where the system doesn't tell. */
  cpu: t.Nullable(CpuUsage),
  memory: t.Nullable(MemoryUsage),
  /** One for each filesystem that holds something of ours. */
  disks: t.Array(DiskUsage),
  series: UsageSeries,
});
export type Usage = Static<typeof Usage>;
export type Measured = Omit<Usage, 'measuredAt' | 'series'>;
