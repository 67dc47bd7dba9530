import { readdir, readFile, readlink } from 'node:fs/promises';

/** The process that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  readonly name: string;
}

const TCP_LISTEN = '0A';
const UDP_BOUND = '07';

/**
 * Who holds a port on this machine, from /proc (proc(5)); undefined where nobody does, or where the holder is
 * another user's and cannot be seen.
 */
export async function portHolder(
  port: number,
  protocol: 'tcp' | 'udp' = 'tcp',
): Promise<PortHolder | undefined> {
  const tables = await Promise.all([socketsOf(protocol, port), socketsOf(`${protocol}6`, port)]);
  const links = new Set(tables.flat().map((inode) => `socket:[${inode}]`));
  if (links.size === 0) return undefined;
  for (const pid of await numbersIn('/proc')) {
    if (await holds(pid, links)) return { pid, name: await nameOf(pid) };
  }
  return undefined;
}

/** Inodes of the listening sockets on a port; columns as in /proc/net/tcp: 1 local address, 3 state, 9 inode. */
async function socketsOf(table: string, port: number): Promise<string[]> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const state = table.startsWith('tcp') ? TCP_LISTEN : UDP_BOUND;
  const rows = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '');
  return rows
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === state)
    .flatMap((columns) => columns[9] ?? []);
}

async function holds(pid: number, links: ReadonlySet<string>): Promise<boolean> {
  for (const fd of await numbersIn(`/proc/${pid}/fd`)) {
    const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
    if (links.has(link)) return true;
  }
  return false;
}

async function numbersIn(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

async function nameOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown')).trim();
}
