import type { Registry } from 'prom-client';
import type { DiskUsage, Usage } from '../usage/model.ts';
import { readAnew, type Sample } from './read-anew.ts';

/** What the machine and our processes use, as it was measured last: at most ten seconds ago. */
export function registerUsageMetrics(registry: Registry, usage: () => Usage): void {
  const { gauge } = readAnew(registry);

  gauge(
    'didar_cpu_ratio',
    'Share of the processors: busy ones of the whole machine, and of those this server may use, by each part of it.',
    () => {
      const { cpu } = usage();
      return cpu ? byPart({ machine: cpu.machine, ...partsOf(cpu) }, 1 / 100) : [];
    },
    ['part'],
  );
  gauge(
    'didar_load',
    'Load average of the machine over the last minute.',
    () => {
      const { cpu } = usage();
      return cpu ? byPart({ machine: cpu.load }) : [];
    },
    ['part'],
  );
  gauge(
    'didar_memory_bytes',
    'Memory that each part of this server holds.',
    () => {
      const { memory } = usage();
      return memory ? byPart(partsOf(memory)) : [];
    },
    ['part'],
  );
  gauge(
    'didar_memory_total_bytes',
    'Memory that there is for this server: of the machine, or of its control group where that is tighter.',
    () => memorySample(usage(), 'total'),
    ['limited_by'],
  );
  gauge('didar_memory_available_bytes', 'What of it is left.', () => memorySample(usage(), 'available'), [
    'limited_by',
  ]);
  gauge('didar_disk_bytes', 'Size of the filesystem that holds it.', () => ofDisks(usage(), 'total'), [
    'holds',
  ]);
  gauge('didar_disk_free_bytes', 'What may still be written there.', () => ofDisks(usage(), 'free'), [
    'holds',
  ]);
}

type Parts = Readonly<Record<string, number | null>>;

function partsOf({
  didar,
  livekit,
  workers,
}: {
  didar: number;
  livekit: number | null;
  workers: number | null;
}) {
  return { didar, livekit, workers };
}

function byPart(parts: Parts, unit = 1): Sample[] {
  return Object.entries(parts).flatMap(([part, value]) =>
    value === null ? [] : [[{ part }, value * unit] as const],
  );
}

function memorySample({ memory }: Usage, figure: 'total' | 'available'): Sample[] {
  return memory ? [[{ limited_by: memory.limitedBy }, memory[figure]]] : [];
}

function ofDisks({ disks }: Usage, figure: 'total' | 'free'): Sample[] {
  const samples = (disk: DiskUsage) => disk.holds.map((holds): Sample => [{ holds }, disk[figure]]);
  return disks.flatMap(samples);
}
