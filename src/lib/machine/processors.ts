import { type KernelFiles, kernelFiles } from './files.ts';

/** How the time of all processors together was spent since the machine began, in ticks. */
export interface ProcessorTicks {
  readonly idle: number;
  /** Taken by the host of a virtual machine. */
  readonly stolen: number;
  readonly all: number;
  /** How many processors there are. */
  readonly count: number;
}

/** From the columns of proc_stat(5): 3 idle, 4 iowait, 7 steal; 8 and 9 are in 0 and 1. Undefined where it isn't told. */
export function processorTicks({ read }: KernelFiles = kernelFiles): ProcessorTicks | undefined {
  const stat = read('/proc/stat');
  const columns = /^cpu +(.+)$/m.exec(stat)?.[1]?.split(' ').map(Number).slice(0, 8);
  if (columns === undefined) return undefined;
  const [, , , idle = 0, iowait = 0, , , stolen = 0] = columns;
  const all = columns.reduce((sum, ticks) => sum + ticks, 0);
  return { idle: idle + iowait, stolen, all, count: stat.match(/^cpu\d/gm)?.length ?? 1 };
}

/** How many processes wanted to run, on average over the last minute; undefined where it isn't told. */
export function loadAverage({ read }: KernelFiles = kernelFiles): number | undefined {
  const [load] = read('/proc/loadavg').split(' ');
  return load ? Number(load) : undefined;
}
