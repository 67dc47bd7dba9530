import { readFile } from 'node:fs/promises';

const TCP_LISTEN = '0A';

/**
 * The ports of this machine on which something listens, or to which a UDP socket is bound, from /proc (proc(5));
 * empty where there is no such table.
 */
export async function listeningPorts(protocol: 'tcp' | 'udp'): Promise<ReadonlySet<number>> {
  const tables = await Promise.all(
    [protocol, `${protocol}6`].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => '')),
  );
  const ports = tables
    .flatMap((table) => table.split('\n'))
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => protocol === 'udp' || columns[3] === TCP_LISTEN)
    .map((columns) => Number.parseInt(columns[1]?.split(':')[1] ?? '', 16));
  return new Set(ports.filter((port) => port > 0));
}
