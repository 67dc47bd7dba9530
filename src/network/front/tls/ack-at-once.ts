// bun:ffi: neither Bun's nor node's sockets can set this option.
import { dlopen } from 'bun:ffi';
import type { Socket } from 'node:net';
import type { Logger } from '../../../lib/log.ts';

const LIBC = 'libc.so.6';
/** From the kernel's netinet/in.h and linux/tcp.h. */
const IPPROTO_TCP = 6;
const TCP_QUICKACK = 12;
const ON = new Int32Array([1]);

/**
 * Acknowledges at once what a client has sent, where the kernel would wait up to 40 ms for an answer to go along.
 * The last word of a TLS 1.3 handshake is the client's, and nothing of ours follows it: a client that leaves Nagle's
 * algorithm on, as LiveKit's native ones do, holds its request back until then. See tcp(7), TCP_QUICKACK.
 *
 * @returns a function that does nothing where the C library is another one: there the kernel's wait remains.
 */
export function createAckAtOnce(log: Logger): (socket: Socket) => void {
  try {
    const { symbols } = dlopen(LIBC, {
      setsockopt: { args: ['int', 'int', 'int', 'ptr', 'u32'], returns: 'int' },
    });
    return (socket) => {
      const fd = descriptorOf(socket);
      if (fd !== undefined) symbols.setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, ON, ON.byteLength);
    };
  } catch (error) {
    log.debug('TCP acknowledgements are left to the kernel', { error });
    return () => undefined;
  }
}

/** Undefined for a socket that is closed, and where the runtime tells none. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}
