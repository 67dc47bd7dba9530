import { PATHS, type PathTally } from '../state/head-count.ts';

/** How the people of a room are connected: `udp` when all are so, else each with its number, `udp 5 turn-tls 1`. */
export function pathsText(paths: PathTally): string {
  const used = PATHS.filter((path) => paths[path] > 0);
  const [only] = used;
  if (only === undefined) return '-';
  return used.length === 1 ? only : used.map((path) => `${path} ${paths[path]}`).join(' ');
}

/** Whether somebody goes a longer way than straight over UDP: worth a look. */
export function isDetour({ tcp, 'turn-udp': turnUdp, 'turn-tls': turnTls }: PathTally): boolean {
  return tcp + turnUdp + turnTls > 0;
}
