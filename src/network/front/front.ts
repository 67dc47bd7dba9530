import { createSignalling } from '../signalling/signalling.ts';
import { createClientOf } from './client-address.ts';
import type { Front, FrontOptions } from './contract.ts';
import { startHttpListener, stopListener } from './http-listener.ts';
import { listenError } from './listen-error.ts';

export type { ClientInfo } from './client-info.ts';
export type { Admission, Front, FrontOptions, Handle, SignallingOptions } from './contract.ts';

/**
 * The plain front: `Bun.serve` on the public port itself, because nothing in front of it is as fast.
 *
 * @throws DomainError `port_in_use`, `port_forbidden` or `address_unavailable`, each with the key to change.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { bind, port, clock, log } = options;
  const clientOf = createClientOf(options.trustedProxies);
  const signalling = createSignalling({ ...options.signalling, clock, log });
  const server = await listen();

  async function listen() {
    try {
      return startHttpListener({
        listen: { hostname: bind, port },
        clientOf: (request, from) => {
          const peer = { address: from.requestIP(request)?.address ?? 'unknown', secure: false };
          return { ...clientOf(peer, request.headers), transport: 'tcp' };
        },
        handle: options.handle,
        signalling,
        log,
        maxBodyBytes: options.maxBodyBytes,
      });
    } catch (error) {
      throw await listenError(error, { bind, port, bindKey: 'server.bind', portKey: 'server.port' });
    }
  }

  return {
    port: server.port ?? port,
    url: server.url.origin,
    connections: signalling.count,
    holds: signalling.holds,
    drop: signalling.drop,
    async stop(deadlineMs) {
      signalling.close();
      await stopListener(server, clock, deadlineMs);
    },
  };
}
