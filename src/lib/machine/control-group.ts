import { type KernelFiles, kernelFiles } from './files.ts';
import type { Memory } from './memory.ts';

const ROOT = '/sys/fs/cgroup';

/** What a control group lets a process have: systemd's MemoryMax and CPUQuota, or the limits of a container. */
export interface GroupLimits {
  /** Undefined where nothing limits it. */
  readonly memory: Memory | undefined;
  /** How many processors' time; undefined where nothing limits it. */
  readonly processors: number | undefined;
}

/** The tightest limits on the way from a process' own group to the root. Of version 2 or 1, see cgroups(7). */
export function groupLimits(pid: number | 'self', files: KernelFiles = kernelFiles): GroupLimits {
  const membership = files.read(`/proc/${pid}/cgroup`);
  const memory = limitsOn(membership, 'memory', (path, isFirst) => memoryOf(path, isFirst, files));
  const processors = limitsOn(membership, 'cpu', (path, isFirst) => processorsOf(path, isFirst, files));
  return {
    memory: memory.toSorted((a, b) => a.available - b.available)[0],
    processors: processors.length > 0 ? Math.min(...processors) : undefined,
  };
}

/** What a process' group and those around it say, the root first; version 1 has a tree for each controller. */
function limitsOn<T>(
  membership: string,
  controller: string,
  limitOf: (path: string, isFirst: boolean) => T | undefined,
): readonly T[] {
  const first = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(/.*)$`, 'm').exec(membership)?.[1];
  const group = first ?? /^0::(\/.*)$/m.exec(membership)?.[1];
  if (group === undefined) return [];
  const isFirst = first !== undefined;
  const root = isFirst ? `${ROOT}/${controller}` : ROOT;
  const names = group.split('/').filter(Boolean);
  const paths = [root, ...names.map((_, i) => `${root}/${names.slice(0, i + 1).join('/')}`)];
  return paths.flatMap((path) => limitOf(path, isFirst) ?? []);
}

/** What the kernel can take back from files counts as available. */
function memoryOf(path: string, isFirst: boolean, { read }: KernelFiles): Memory | undefined {
  const [limitFile, usedFile, cached] = isFirst
    ? ['memory.limit_in_bytes', 'memory.usage_in_bytes', /^total_inactive_file (\d+)/m]
    : ['memory.max', 'memory.current', /^inactive_file (\d+)/m];
  const total = Number.parseInt(read(`${path}/${limitFile}`), 10);
  const used = Number.parseInt(read(`${path}/${usedFile}`), 10);
  // Version 1 says "no limit" by the largest number that there is, version 2 by a word.
  if (!Number.isSafeInteger(total) || Number.isNaN(used)) return undefined;
  const reclaimable = Number(cached.exec(read(`${path}/memory.stat`))?.[1] ?? 0);
  return { total, available: Math.max(0, total - used + reclaimable) };
}

/** "200000 100000", or "max 100000": microseconds of processor time in each period of so many. */
function processorsOf(path: string, isFirst: boolean, { read }: KernelFiles): number | undefined {
  const text = isFirst
    ? `${read(`${path}/cpu.cfs_quota_us`)} ${read(`${path}/cpu.cfs_period_us`)}`
    : read(`${path}/cpu.max`);
  const [quota, period] = text.trim().split(/\s+/).map(Number);
  return quota && period && quota > 0 ? quota / period : undefined;
}
