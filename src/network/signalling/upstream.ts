import type { Clock } from '../../lib/clock.ts';
import type { ClientInfo } from '../front/client-info.ts';
import { BunWebSocket } from './bun-websocket.ts';

/** livekit answers the upgrade only after it has made the room and the participant. */
const CONNECT_LIMIT_MS = 20_000;
const ANSWER_LIMIT_MS = 10_000;

/** A connection to livekit was not made; `status` is what it answered, if it did. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/**
 * What livekit is told: the token that was admitted (it looks at this header before the query), the client's
 * program, and its address. Nothing else of what the client sent, above all not CF-Connecting-IP, X-Forwarded-For,
 * X-Real-IP or Forwarded, which livekit would believe.
 */
export function upstreamHeaders(
  request: Request,
  token: string | undefined,
  client: ClientInfo,
): Record<string, string> {
  const agent = request.headers.get('User-Agent');
  return {
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(agent === null ? {} : { 'User-Agent': agent }),
    'X-Forwarded-For': client.address,
  };
}

/** The token livekit would use: a bearer header wins over the query. */
export function tokenOf(request: Request, url: URL): string | undefined {
  const header = request.headers.get('Authorization');
  if (header !== null) return /^Bearer (.+)$/.exec(header)?.[1];
  return url.searchParams.get('access_token') ?? undefined;
}

/**
 * An open WebSocket to livekit. Frames may arrive in the same read as the answer to the upgrade, so `attach` gets
 * the socket before it opens.
 *
 * @throws UpstreamError when livekit refuses, does not answer in time, or `signal` aborts.
 */
export function connectUpstream(options: {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly attach: (socket: Bun.WebSocket) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}): Promise<Bun.WebSocket> {
  const { url, headers, attach, signal, clock } = options;
  const address = new URL(url);
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve, reject) => {
    // Compression between two processes of one machine costs more than it saves.
    const socket = new BunWebSocket(address, { headers, perMessageDeflate: false });
    socket.binaryType = 'arraybuffer';
    const cancelLimit = clock.after(CONNECT_LIMIT_MS, () => fail('livekit did not answer in time'));
    const onAbort = () => fail('the client went away');
    signal.addEventListener('abort', onAbort);
    socket.addEventListener('open', onOpen);
    socket.addEventListener('error', onError);
    socket.addEventListener('close', onClose);
    attach(socket);
    if (signal.aborted) onAbort();

    function settle() {
      cancelLimit();
      signal.removeEventListener('abort', onAbort);
      socket.removeEventListener('open', onOpen);
      socket.removeEventListener('error', onError);
      socket.removeEventListener('close', onClose);
    }
    function onOpen() {
      settle();
      resolve(socket);
    }
    function onError(event: Event) {
      const message = 'message' in event ? String(event.message) : 'livekit refused the connection';
      fail(message, /Expected 101 status code: (\d{3})/.exec(message)?.[1]);
    }
    function onClose() {
      fail('livekit closed the connection');
    }
    function fail(message: string, status?: string) {
      settle();
      // A socket that fails later must not become an unhandled error event.
      socket.addEventListener('error', () => undefined);
      socket.terminate();
      reject(new UpstreamError(message, status === undefined ? undefined : Number(status)));
    }
  });
}

/**
 * livekit's own answer to a plain request, its body as text.
 *
 * @throws UpstreamError when it cannot be reached.
 */
export async function askUpstream(url: URL, headers: Record<string, string>): Promise<Response> {
  try {
    const answer = await fetch(url, {
      headers,
      redirect: 'manual',
      keepalive: false,
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const type = answer.headers.get('Content-Type') ?? 'text/plain';
    return new Response(await answer.text(), { status: answer.status, headers: { 'Content-Type': type } });
  } catch {
    throw new UpstreamError('livekit cannot be reached');
  }
}
