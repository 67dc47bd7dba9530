import { type KernelFiles, kernelFiles } from './files.ts';

/** What one process has used. */
export interface ProcessUse {
  /** Tells it from another process that gets the same number later. */
  readonly startedAt: number;
  /** Processor time since it began, in the ticks of `/proc/stat`. */
  readonly ticks: number;
  /** Bytes of memory that it holds now. */
  readonly memory: number;
}

/** Undefined when there is no such process. From proc_pid_stat(5): 14 utime, 15 stime, 22 starttime. */
export function processUse(pid: number, { read }: KernelFiles = kernelFiles): ProcessUse | undefined {
  // The name in brackets, the second field, may hold anything.
  const [state, ...fields] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  if (!state) return undefined;
  const field = (number: number) => Number(fields[number - 4] ?? 0);
  // Not the pages of the same file: how large they are differs between machines.
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
  return { startedAt: field(22), ticks: field(14) + field(15), memory: kilobytes * 1024 };
}

/** The children of a process; undefined where the kernel doesn't tell (CONFIG_PROC_CHILDREN). */
export function childrenOf(
  pid: number,
  { read, list }: KernelFiles = kernelFiles,
): readonly number[] | undefined {
  const threads = list(`/proc/${pid}/task`);
  const first = list(`/proc/${pid}/task/${pid}`);
  if (!first.includes('children')) return undefined;
  return threads.flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}
