import { connect } from 'node:net';
import { splice } from './splice.ts';
import type { Arrival } from './terminator.ts';

const LOOPBACK = '127.0.0.1';

/**
 * Carries decrypted HTTP to the listener inside, and remembers for whom: by the port from which each connection
 * dials, noted before its first byte, gone with its last.
 */
export function createInner(port: () => number) {
  const clients = new Map<number, string>();
  return {
    /** The client behind an inner connection; undefined for one that is not ours. */
    clientAt: (from: number) => clients.get(from),
    deliver({ socket, address }: Arrival): void {
      const inner = connect({ host: LOOPBACK, port: port(), noDelay: true }, () => {
        const own = inner.localPort ?? 0;
        clients.set(own, address);
        inner.on('close', () => clients.delete(own));
        splice(socket, inner);
      });
      inner.on('error', () => socket.destroy());
      socket.on('close', () => inner.destroy());
    },
  };
}
