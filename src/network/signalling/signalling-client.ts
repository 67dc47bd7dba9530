import { SignalRequest, SignalResponse } from '@livekit/protocol';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { BunWebSocket } from './bun-websocket.ts';

/**
 * The last version with two peer connections, one for each direction, and offers by the server for what one subscribes
 * to; every livekit-server since 1.0 knows it.
 */
const PROTOCOL = '15';

export type ToServer = NonNullable<SignalRequest['message']>;
export type FromServer = SignalResponse['message'];

export interface SignallingClientOptions {
  /** ws(s):// or http(s)://, as clients are given it. */
  readonly url: string;
  readonly token: string;
  /** What the client tells of itself, in livekit's own words. */
  readonly about: Readonly<Record<string, string>>;
  readonly tls: { readonly ca?: string[]; readonly rejectUnauthorized: boolean };
  readonly clock: Clock;
  /** How long to wait until it is open. */
  readonly timeoutMs: number;
  readonly onMessage: (message: FromServer) => void;
  /** Called once when the open connection is gone, unasked, with the server's or the network's words. */
  readonly onClose: (why: string) => void;
}

export interface SignallingClient {
  /** Tells the server something; nothing where the connection is gone. */
  send(message: ToServer): void;
  close(): void;
}

/**
 * Opens LiveKit's signalling, protobuf over a WebSocket, as a client of a room.
 *
 * @throws DomainError `livekit_unreachable` with what hindered it; a WebSocket isn't told why it was refused
 */
export async function connectSignalling(options: SignallingClientOptions): Promise<SignallingClient> {
  const { token, tls, clock, timeoutMs, onMessage, onClose } = options;
  const url = rtcUrl(options.url, 'rtc');
  url.protocol = url.protocol.replace('http', 'ws');
  url.search = new URLSearchParams({ protocol: PROTOCOL, ...options.about }).toString();
  const socket = new BunWebSocket(url, { headers: { Authorization: `Bearer ${token}` }, tls });
  socket.binaryType = 'arraybuffer';
  const opened = Promise.withResolvers<void>();
  let state: 'opening' | 'open' | 'over' = 'opening';
  let fault: string | undefined;

  function end(why: string): void {
    if (state === 'open') onClose(why);
    else opened.reject(new DomainError('livekit_unreachable', why));
    state = 'over';
  }

  socket.addEventListener('open', () => {
    if (state !== 'opening') return;
    state = 'open';
    opened.resolve();
  });
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) onMessage(SignalResponse.fromBinary(new Uint8Array(data)).message);
  });
  // `close` follows
  socket.addEventListener('error', (event) => {
    if ('message' in event) fault = String(event.message);
  });
  socket.addEventListener('close', ({ code, reason }) => {
    if (state !== 'over') end(reason || fault || `the connection was closed (${code})`);
  });
  const cancelLimit = clock.after(timeoutMs, () => {
    end(`no answer within ${timeoutMs} ms`);
    socket.terminate();
  });
  await opened.promise.finally(cancelLimit);

  return {
    send(message) {
      if (socket.readyState === BunWebSocket.OPEN)
        socket.send(new SignalRequest({ message }).toBinary() as Uint8Array<ArrayBuffer>);
    },
    close() {
      state = 'over';
      socket.close();
    },
  };
}

/** LiveKit's clients add such a path to whatever path the URL has. */
export function rtcUrl(base: string, path: 'rtc' | 'rtc/validate'): URL {
  return new URL(path, base.endsWith('/') ? base : `${base}/`);
}
