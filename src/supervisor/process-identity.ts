import { readFile, readlink } from 'node:fs/promises';

/** What tells one process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  readonly startTime: string;
  readonly executable: string;
}

/** The identity of a living process; undefined when it is gone, a zombie, or not ours to look at. */
export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const [stat, executable] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readlink(`/proc/${pid}/exe`),
    ]);
    // The second field is the command in parentheses and may itself contain both: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    if (state === undefined || startTime === undefined || state === 'Z' || state === 'X') return undefined;
    return { pid, startTime, executable: executable.replace(/ \(deleted\)$/, '') };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startTime === b.startTime && a.executable === b.executable;
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM';
}
