/**
 * Sends a signal to the process group that `pid` leads, so that what a child started ends with it.
 *
 * @returns false when there is no such group any more
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
