import { groupLimits } from '../../lib/machine/control-group.ts';
import type { KernelFiles } from '../../lib/machine/files.ts';
import { machineMemory } from '../../lib/machine/memory.ts';
import { loadAverage, type ProcessorTicks, processorTicks } from '../../lib/machine/processors.ts';
import type { Measured } from './model.ts';
import { createProcesses, type Part, type PartUse } from './processes.ts';

type Uses = Readonly<Record<Part, PartUse | null>>;
type Usage = Pick<Measured, 'cpu' | 'memory'>;

export interface MeterOptions {
  readonly pid: number;
  readonly livekitPid: () => number | undefined;
  readonly files: KernelFiles;
}

/** Measures processors and memory: each time what was used since the time before, which the first time is nothing. */
export function createMeter({ pid, livekitPid, files }: MeterOptions): () => Usage {
  const processes = createProcesses({ pid, livekitPid, files });
  let before = processorTicks(files);
  processes();

  return () => {
    const ticks = processorTicks(files);
    const uses = processes();
    const limits = groupLimits(pid, files);
    const cpu = before && ticks && cpuUsage(before, ticks, uses, limits.processors ?? null);
    before = ticks;
    return {
      cpu: cpu ? { ...cpu, load: loadAverage(files) ?? null } : null,
      memory: memoryUsage(uses, machineMemory(files), limits.memory),
    };
  };
}

/** Processes and the machine are counted by the same ticks: no clock that somebody may set is needed. */
function cpuUsage(before: ProcessorTicks, after: ProcessorTicks, uses: Uses, quota: number | null) {
  const all = after.all - before.all;
  if (all <= 0) return undefined;
  const mayUse = Math.min(quota ?? after.count, after.count) / after.count;
  const share = (use: PartUse | null) => use && tenths((use.ticks / all / mayUse) * 100);
  return {
    processors: after.count,
    quota: quota !== null && quota < after.count ? quota : null,
    machine: tenths(Math.max(0, 1 - (after.idle - before.idle) / all) * 100),
    didar: share(uses.didar) ?? 0,
    livekit: share(uses.livekit),
    workers: share(uses.workers),
  };
}

function memoryUsage(
  uses: Uses,
  ofMachine: ReturnType<typeof machineMemory>,
  ofGroup: ReturnType<typeof groupLimits>['memory'],
): Usage['memory'] {
  if (ofMachine === undefined) return null;
  const isGroup = ofGroup !== undefined && ofGroup.available < ofMachine.available;
  return {
    ...(isGroup ? ofGroup : ofMachine),
    limitedBy: isGroup ? 'cgroup' : 'machine',
    didar: uses.didar?.memory ?? 0,
    livekit: uses.livekit?.memory ?? null,
    workers: uses.workers?.memory ?? null,
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
