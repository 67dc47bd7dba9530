import { readFile, readlink } from 'node:fs/promises';

/** What tells one process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  readonly startTime: string;
  readonly executable: string;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly startTime: string;
  readonly threads: number;
}

/** The identity of a living process; undefined when it is gone, a zombie, or not ours to look at. */
export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const [stat, executable] = await Promise.all([statOf(pid), readlink(`/proc/${pid}/exe`)]);
    if (isDead(stat)) return undefined;
    return { pid, startTime: stat.startTime, executable: executable.replace(/ \(deleted\)$/, '') };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether a process is the first of its group, by whose number all of it is signalled. */
export async function leadsGroup(pid: number): Promise<boolean> {
  try {
    return (await statOf(pid)).group === pid;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/**
 * Whether a process may still hold its ports and files. One that is dying loses the link to its executable first and
 * closes its files later, and a dead leader's threads may outlive it: only the end of the last one frees them.
 */
export async function holdsItsFiles({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  try {
    const stat = await statOf(pid);
    return stat.startTime === startTime && (!isDead(stat) || stat.threads > 1);
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

async function statOf(pid: number): Promise<Stat> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the command in parentheses and may itself contain both: count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? 'X',
    group: Number(fields[2]),
    threads: Number(fields[17]),
    startTime: fields[19] ?? '',
  };
}

function isDead({ state }: Stat): boolean {
  return state === 'Z' || state === 'X';
}

export function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.startTime === b.startTime && a.executable === b.executable;
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM';
}
