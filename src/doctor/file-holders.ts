import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * The processes that have a file open, as "name (pid n)", from /proc (proc(5)); those of other users are not seen.
 *
 * @param except of these process ids, none is told
 */
export async function holdersOf(path: string, except: readonly number[]): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && !except.includes(Number(name)),
  );
  const holders: string[] = [];
  for (const pid of pids) {
    if (!(await hasOpen(pid, path))) continue;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown');
    holders.push(`${name.trim()} (pid ${pid})`);
  }
  return holders;
}

async function hasOpen(pid: string, path: string): Promise<boolean> {
  for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')) === path) return true;
  }
  return false;
}
