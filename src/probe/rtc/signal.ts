import { SignalRequest, SignalResponse } from '@livekit/protocol';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { BunWebSocket } from '../../network/signalling/bun-websocket.ts';
import { type Trust, tlsOptions } from '../trust.ts';

/** LiveKit's signalling with two peer connections, one for each direction; every livekit-server since 1.0 knows it. */
const PROTOCOL_VERSION = '15';

export type ToServer = SignalRequest['message'];
export type FromServer = SignalResponse['message'];

/** An open signalling connection. */
export interface Signal {
  send(message: ToServer): void;
  close(): void;
}

export interface SignalOptions {
  /** ws(s):// URL, as a join answers it. */
  readonly url: string;
  readonly token: string;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly onMessage: (message: FromServer) => void;
  /** Called once when the server or the network ends the connection, with its words. */
  readonly onClose: (why: string) => void;
}

/**
 * Connects to `/rtc` of a server.
 *
 * @throws DomainError `signalling_failed`
 */
export function openSignal(options: SignalOptions): Promise<Signal> {
  const { token, trust, clock, timeoutMs, onMessage, onClose } = options;
  const url = signalUrl(options.url);
  return new Promise((resolve, reject) => {
    const socket = new BunWebSocket(url, {
      headers: { Authorization: `Bearer ${token}` },
      ...(url.protocol === 'wss:' && { tls: tlsOptions(trust) }),
    });
    socket.binaryType = 'arraybuffer';
    const cancel = clock.after(timeoutMs, () => fail(`no answer within ${timeoutMs} ms`));
    let why = 'the connection was closed';
    const fail = (reason: string) => {
      cancel();
      socket.terminate();
      reject(signallingFailed(url, reason));
    };
    socket.addEventListener('error', (event) => {
      why = 'message' in event ? String(event.message) : why;
    });
    socket.addEventListener('close', ({ code, reason }) => {
      fail(reason || why);
      onClose(reason || `code ${code}`);
    });
    socket.addEventListener('message', ({ data }) => {
      if (data instanceof ArrayBuffer) onMessage(SignalResponse.fromBinary(new Uint8Array(data)).message);
    });
    socket.addEventListener('open', () => {
      cancel();
      resolve({
        send: (message) => void socket.send(new SignalRequest({ message }).toBinary()),
        close: () => socket.close(),
      });
    });
  });
}

/** LiveKit's clients add `/rtc` to whatever path the URL has. */
function signalUrl(base: string): URL {
  const url = new URL(base);
  url.protocol = url.protocol.replace('http', 'ws');
  url.pathname = `${url.pathname.replace(/\/$/, '')}/rtc`;
  url.search = new URLSearchParams({ protocol: PROTOCOL_VERSION, sdk: 'js', auto_subscribe: '0' }).toString();
  return url;
}

function signallingFailed({ host }: URL, reason: string): DomainError {
  return new DomainError('signalling_failed', `WebSocket signalling at ${host} failed: ${reason}.`, {
    fix: 'Where a reverse proxy or firewall stands between, let WebSocket upgrades under /rtc through.',
  });
}

/** The server took the connection, and then didn't want it. */
export function joinRefused(why: string): DomainError {
  return new DomainError('join_refused', `The server ended the connection: ${why}.`, {
    fix: "See livekit's log at the server (dashboard, view Events) for this moment.",
  });
}
