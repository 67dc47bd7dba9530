import { Ping, SignalRequest, SignalResponse } from '@livekit/protocol';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import { BunWebSocket } from '../../../network/signalling/bun-websocket.ts';

/** The last version with offers by the server for what one subscribes to; what was tried. */
const PROTOCOL = '15';
const CONNECT_LIMIT_MS = 10_000;
const PING_EVERY_MS = 5_000;
const SILENCE_LIMIT_MS = 15_000;

type Request = NonNullable<SignalRequest['message']>;
export type Response = SignalResponse['message'];

export interface SignallingOptions {
  /** ws:// or wss://, as clients are given it. */
  readonly url: string;
  readonly token: string;
  readonly skipTLSVerify?: boolean;
  readonly clock: Clock;
  readonly onMessage: (message: Response) => void;
  /** The connection is gone, unasked. */
  readonly onClose: (reason: string) => void;
}

export interface Signalling {
  send(message: Request): void;
  close(): void;
}

/**
 * Opens LiveKit's signalling (protobuf over a WebSocket).
 *
 * @throws `recorder_refused` when LiveKit does not accept the token, `livekit_unreachable` when nothing answers
 */
export async function connectSignalling(options: SignallingOptions): Promise<Signalling> {
  const { clock } = options;
  const socket = new BunWebSocket(rtcUrl(options.url, 'rtc'), {
    headers: { authorization: `Bearer ${options.token}` },
    tls: { rejectUnauthorized: options.skipTLSVerify !== true },
  });
  socket.binaryType = 'arraybuffer';
  const opened = Promise.withResolvers<void>();
  let isOver = false;
  let heardAt = clock.now();

  function end(reason: string): void {
    if (isOver) return;
    isOver = true;
    endPings();
    socket.close();
    opened.reject(new DomainError('livekit_unreachable', reason));
    options.onClose(reason);
  }

  socket.onopen = () => opened.resolve();
  socket.onclose = ({ code, reason }) => end(reason || `livekit closed the connection (${code})`);
  socket.onerror = () => undefined; // `close` follows, and says what is known
  socket.onmessage = ({ data }) => {
    heardAt = clock.now();
    const { message } = SignalResponse.fromBinary(new Uint8Array(data as ArrayBuffer));
    if (message.case !== 'pongResp') options.onMessage(message);
  };

  const send = (message: Request) => {
    if (socket.readyState === BunWebSocket.OPEN)
      socket.send(new SignalRequest({ message }).toBinary() as Uint8Array<ArrayBuffer>);
  };
  const endPings = clock.every(PING_EVERY_MS, () => {
    if (clock.now() - heardAt > SILENCE_LIMIT_MS) return end('livekit has not answered for 15 s');
    send({ case: 'pingReq', value: new Ping({ timestamp: BigInt(clock.now()) }) });
  });

  const cancelLimit = clock.after(CONNECT_LIMIT_MS, () => end('livekit did not answer in 10 s'));
  try {
    await opened.promise;
  } catch (error) {
    throw (await refusal(options)) ?? error;
  } finally {
    cancelLimit();
  }
  return {
    send,
    close() {
      isOver = true;
      endPings();
      socket.close();
    },
  };
}

/** A WebSocket does not say why it was not opened: LiveKit does, when it is asked by HTTP. */
async function refusal({ url, token, skipTLSVerify }: SignallingOptions): Promise<DomainError | undefined> {
  const address = rtcUrl(url, 'rtc/validate').href.replace(/^ws/, 'http');
  try {
    const answer = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(CONNECT_LIMIT_MS),
      tls: { rejectUnauthorized: skipTLSVerify !== true },
    });
    if (answer.ok || answer.status >= 500) return undefined;
    return new DomainError(
      'recorder_refused',
      `livekit refuses the recorder: ${(await answer.text()).trim()}`,
      {
        fix: 'check livekit.apiKey and livekit.apiSecret',
      },
    );
  } catch {
    return undefined; // not there at all, which the caller knows already
  }
}

function rtcUrl(url: string, path: string): URL {
  const address = new URL(path, url.endsWith('/') ? url : `${url}/`);
  address.search = new URLSearchParams({
    protocol: PROTOCOL,
    auto_subscribe: '1',
    sdk: 'unknown',
    version: '1.0.0',
  }).toString();
  return address;
}
