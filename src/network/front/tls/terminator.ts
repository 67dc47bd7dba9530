import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { unmapAddress } from '../../../lib/cidr.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Logger } from '../../../lib/log.ts';
import { looksLikeStun } from '../../stun/message.ts';
import type { CertificateStore } from '../../tls/certificate-store.ts';
import { createAckAtOnce } from './ack-at-once.ts';
import { type ClientHello, readClientHello } from './client-hello.ts';
import type { createSeats, Seat } from './connection-limits.ts';

/** From the first byte of TCP to the end of the TLS handshake. */
const HANDSHAKE_LIMIT_MS = 10_000;
/** Browsers open connections ahead of need; a minute is more than they keep them for. */
const FIRST_BYTES_LIMIT_MS = 60_000;
/** STUN's cookie ends here; RFC 8489, section 5. */
const SNIFF_BYTES = 8;
const ACME_PROTOCOL = 'acme-tls/1';
/** What we let a client choose from; Chrome's TURN offers none, and h2 is not ours to speak. */
const PROTOCOLS = ['http/1.1', 'stun.turn'];

export interface Arrival {
  /** Decrypted, paused, with its first bytes pushed back. */
  readonly socket: TLSSocket;
  readonly address: string;
  readonly port: number;
}

export interface TerminatorOptions {
  readonly certificates: CertificateStore;
  readonly seats: ReturnType<typeof createSeats>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onHttp: (arrival: Arrival) => void;
  readonly onStun: (arrival: Arrival) => void;
  /** Somebody spoke plain HTTP to the TLS port. */
  readonly onPlainHttp: (socket: Socket) => void;
}

export interface Terminator {
  /** One more port that is answered in the same way. */
  listen(bind: string, port: number): Promise<{ readonly port: number }>;
  /** Takes no more connections. */
  close(): void;
  /** Cuts those there are. */
  destroy(): void;
}

/**
 * Ends TLS and tells by the first decrypted bytes who is to have the connection. The hello is read before the
 * handshake: garbage costs one read, and an authority that checks our name by ALPN gets its own certificate.
 */
export function createTerminator(options: TerminatorOptions): Terminator {
  const { certificates, seats, clock } = options;
  const ackAtOnce = createAckAtOnce(options.log);
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let context = contextOf(certificates.current());
  const unsubscribe = certificates.onChange((certificate) => {
    context = contextOf(certificate);
  });

  function accept(raw: Socket): void {
    const address = unmapAddress(raw.remoteAddress ?? '');
    const seat = seats.take(address);
    if (seat === undefined) {
      raw.destroy();
      return;
    }
    sockets.add(raw);
    raw.setNoDelay(true);
    const arrival = { address, port: raw.remotePort ?? 0 };
    const cancelLimit = clock.after(HANDSHAKE_LIMIT_MS, () => raw.destroy());
    raw.on('error', () => raw.destroy());
    raw.on('close', () => {
      cancelLimit();
      seat.leave();
      sockets.delete(raw);
    });
    readHello(raw, (hello) => handshake(raw, hello, seat, cancelLimit, arrival));
  }

  function readHello(raw: Socket, then: (hello: ClientHello) => void): void {
    collect(raw, (bytes) => {
      const hello = readClientHello(bytes);
      if (hello === 'more') return false;
      if (hello !== 'invalid') {
        raw.pause();
        raw.unshift(bytes);
        then(hello);
      } else if (looksLikeHttp(bytes)) options.onPlainHttp(raw);
      else raw.destroy();
      return true;
    });
  }

  function handshake(
    raw: Socket,
    hello: ClientHello,
    seat: Seat,
    cancelLimit: () => void,
    from: { readonly address: string; readonly port: number },
  ): void {
    const isChallenge = hello.alpn.includes(ACME_PROTOCOL);
    const challenge = isChallenge ? certificates.alpnChallenge(hello.serverName ?? '') : undefined;
    if (isChallenge && challenge === undefined) {
      raw.destroy();
      return;
    }
    const protocols = isChallenge ? [ACME_PROTOCOL] : PROTOCOLS.filter((each) => hello.alpn.includes(each));
    const socket = new TLSSocket(raw, {
      isServer: true,
      secureContext: challenge ? contextOf(challenge) : context,
      ...(protocols.length > 0 ? { ALPNProtocols: protocols } : {}),
    });
    let cancelIdle: () => void = () => undefined;
    socket.on('error', () => raw.destroy());
    socket.on('close', () => {
      cancelIdle();
      raw.destroy();
    });
    socket.once('secure', () => {
      cancelLimit();
      ackAtOnce(raw);
      // The handshake was all an authority wanted; RFC 8737, section 3.
      if (isChallenge) socket.end();
      else cancelIdle = clock.after(FIRST_BYTES_LIMIT_MS, () => raw.destroy());
    });
    collect(socket, (bytes) => {
      const isStun = looksLikeStun(bytes);
      if (!isStun && !looksLikeHttp(bytes)) {
        if (bytes.length < SNIFF_BYTES && couldBeStun(bytes)) return false;
        raw.destroy();
        return true;
      }
      cancelIdle();
      seat.settled();
      socket.pause();
      socket.unshift(bytes);
      (isStun ? options.onStun : options.onHttp)({ socket, ...from });
      return true;
    });
  }

  return {
    listen(bind, port) {
      const server = createServer(accept);
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: bind, port }, () => {
          servers.push(server);
          const address = server.address();
          resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
        });
      });
    },
    close() {
      unsubscribe();
      for (const server of servers) server.close();
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Hands over what has arrived so far until `enough` takes it. */
function collect(socket: Socket, enough: (bytes: Buffer) => boolean): void {
  let seen: Buffer = Buffer.alloc(0);
  socket.on('data', function onData(chunk: Buffer) {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    if (enough(seen)) socket.off('data', onData);
  });
}

function contextOf({ cert, key }: { readonly cert: string; readonly key: string }): SecureContext {
  return createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
}

/** A method begins with a capital letter. */
function looksLikeHttp(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  return first >= 0x41 && first <= 0x5a;
}

function couldBeStun(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0xff) & 0xc0) === 0;
}
