import type { KernelFiles } from '../../lib/machine/files.ts';
import { childrenOf, type ProcessUse, processUse } from '../../lib/machine/processes.ts';

export const PARTS = ['didar', 'livekit', 'workers'] as const;
export type Part = (typeof PARTS)[number];

/** What the processes of one part of us use; null where there are none to see. */
export interface PartUse {
  /** Processor time since the question before, in ticks. */
  readonly ticks: number;
  /** Bytes. */
  readonly memory: number;
}

export interface ProcessesOptions {
  readonly pid: number;
  /** Undefined where livekit-server is no child of ours, or is away. */
  readonly livekitPid: () => number | undefined;
  readonly files: KernelFiles;
}

/**
 * Watches didar, its livekit-server and its other children. The time of a child that both began and ended between two
 * questions is not seen.
 */
export function createProcesses({ pid, livekitPid, files }: ProcessesOptions) {
  let known = new Map<number, ProcessUse>();

  return (): Readonly<Record<Part, PartUse | null>> => {
    const seen = new Map<number, ProcessUse>();
    /** What one process has used since; all of it when it began since. */
    function usedBy(id: number): PartUse[] {
      const use = processUse(id, files);
      if (use === undefined) return [];
      seen.set(id, use);
      const before = known.get(id);
      const ticks = before?.startedAt === use.startedAt ? use.ticks - before.ticks : use.ticks;
      return [{ ticks, memory: use.memory }];
    }
    const livekit = livekitPid();
    const workers = childrenOf(pid, files)?.filter((child) => child !== livekit);
    const uses = {
      didar: sum(usedBy(pid)),
      livekit: livekit === undefined ? null : sum(usedBy(livekit)),
      workers: workers === undefined ? null : (sum(workers.flatMap(usedBy)) ?? { ticks: 0, memory: 0 }),
    };
    known = seen;
    return uses;
  };
}

function sum(uses: readonly PartUse[]): PartUse | null {
  if (uses.length === 0) return null;
  return uses.reduce((a, b) => ({ ticks: a.ticks + b.ticks, memory: a.memory + b.memory }));
}
