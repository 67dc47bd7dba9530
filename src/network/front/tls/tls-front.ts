import type { Socket } from 'node:net';
import { createSignalling } from '../../signalling/signalling.ts';
import type { CertificateStore } from '../../tls/certificate-store.ts';
import { createClientOf } from '../client-address.ts';
import type { Front, FrontOptions } from '../contract.ts';
import { startHttpListener, stopListener } from '../http-listener.ts';
import { listenError } from '../listen-error.ts';
import { problemResponse } from '../problem.ts';
import { type ConnectionLimits, createSeats, DEFAULT_LIMITS } from './connection-limits.ts';
import { createInner } from './inner.ts';
import { createTerminator } from './terminator.ts';
import { createTurnDoor, type TurnOptions } from './turn-door.ts';

export interface TlsFrontOptions extends FrontOptions {
  readonly certificates: CertificateStore;
  /** Where TURN goes; without it such connections are closed. */
  readonly turn?: TurnOptions;
  /** A second port that is answered in the same way, which clients know as TURN/TLS's own; 0 takes any free one. */
  readonly turnPort?: number;
  readonly limits?: ConnectionLimits;
}

export interface TlsFront extends Front {
  /** Undefined without `turnPort`. */
  readonly turnPort?: number;
  /** TCP connections of all kinds. */
  openConnections(): number;
  /** The address of the client for whom livekit relays on this port, if it came over TLS. */
  clientOfRelay(port: number): string | undefined;
}

/**
 * HTTPS, signalling and TURN/TLS on one port, under one name and certificate. What is decrypted goes to a listener
 * on loopback or to livekit's TURN server; the certificate may change at any time.
 *
 * @throws DomainError as `startFront`
 */
export async function startTlsFront(options: TlsFrontOptions): Promise<TlsFront> {
  const { bind, clock, log, certificates, turn = { target: () => undefined } } = options;
  const clientOf = createClientOf(options.trustedProxies);
  const signalling = createSignalling({ ...options.signalling, clock, log });
  const seats = createSeats(options.limits ?? DEFAULT_LIMITS);
  const inner = createInner(() => listener.port ?? 0);
  const turnDoor = createTurnDoor({ ...turn, log });
  const listener = startHttpListener({
    listen: { hostname: '127.0.0.1', port: 0 },
    clientOf: (request, server) => {
      const from = server.requestIP(request);
      const address = from && inner.clientAt(from.port);
      // Another program on this machine dialled the inner port.
      if (!address) return undefined;
      return { ...clientOf({ address, secure: true }, request.headers), transport: 'tcp' };
    },
    handle: options.handle,
    signalling,
    log,
    maxBodyBytes: options.maxBodyBytes,
  });
  const terminator = createTerminator({
    certificates,
    seats,
    clock,
    log,
    onHttp: inner.deliver,
    onStun: turnDoor.deliver,
    onPlainHttp: refusePlainHttp,
  });
  const main = await listen(options.port, 'server.port');
  const second =
    options.turnPort === undefined ? undefined : await listen(options.turnPort, 'livekit.turn.tlsPort');

  async function listen(port: number, portKey: string) {
    try {
      return await terminator.listen(bind, port);
    } catch (error) {
      terminator.close();
      await listener.stop(true);
      throw await listenError(error, { bind, port, bindKey: 'server.bind', portKey });
    }
  }

  return {
    port: main.port,
    turnPort: second?.port,
    url: `https://${bind.includes(':') ? `[${bind}]` : bind}:${main.port}`,
    connections: signalling.count,
    openConnections: seats.total,
    clientOfRelay: turnDoor.clientOfRelay,
    holds: signalling.holds,
    drop: signalling.drop,
    async stop(deadlineMs) {
      terminator.close();
      signalling.close();
      await stopListener(listener, clock, deadlineMs);
      terminator.destroy();
    },
  };
}

async function refusePlainHttp(socket: Socket): Promise<void> {
  const answer = problemResponse({
    status: 400,
    code: 'https_needed',
    detail: 'This port speaks HTTPS.',
    fix: 'Write https:// in the address.',
  });
  const body = await answer.text();
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
