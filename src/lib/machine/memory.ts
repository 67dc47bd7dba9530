import { type KernelFiles, kernelFiles } from './files.ts';

/** Bytes. */
export interface Memory {
  readonly total: number;
  /** What can be had without swapping. */
  readonly available: number;
}

/** Of the whole machine; undefined where it isn't told. */
export function machineMemory({ read }: KernelFiles = kernelFiles): Memory | undefined {
  const text = read('/proc/meminfo');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
  const [total, available] = [bytes('MemTotal'), bytes('MemAvailable')];
  return Number.isNaN(total) || Number.isNaN(available) ? undefined : { total, available };
}
