import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { Relay } from '../signalling/relay.ts';
import type { Signalling } from '../signalling/signalling.ts';
import { limitBodies } from './body-limit.ts';
import type { ClientInfo } from './client-info.ts';
import type { Handle } from './contract.ts';
import { problemResponse } from './problem.ts';

/** Also how long a request may wait for its answer in silence; a slow client that still moves is not cut. */
const IDLE_LIMIT_S = 120;
const SIGNALLING_FRAME_MAX_BYTES = 4 * 1024 * 1024;

type ClientSocket = Bun.ServerWebSocket<Relay>;

export interface HttpListenerOptions {
  readonly listen: { readonly hostname: string; readonly port: number } | { readonly unix: string };
  /** Undefined for a connection that nobody should have made. */
  readonly clientOf: (request: Request, server: Bun.Server<Relay>) => ClientInfo | undefined;
  readonly handle: Handle;
  /** Without it `/rtc` is a path like any other. */
  readonly signalling?: Signalling;
  readonly log: Logger;
  readonly maxBodyBytes: number;
  /** Seconds, up to 255. */
  readonly idleLimit?: number;
}

/**
 * One `Bun.serve` with what all of ours share: signalling apart from the rest, bodies limited, streams that may be
 * silent, and no exception that shows its insides.
 *
 * @throws what `Bun.serve` throws when it cannot listen.
 */
export function startHttpListener(options: HttpListenerOptions): Bun.Server<Relay> {
  const { signalling, clientOf, log } = options;
  const handle = limitBodies(options.handle, options.maxBodyBytes);

  function fetch(
    request: Request,
    server: Bun.Server<Relay>,
  ): Response | undefined | Promise<Response | undefined> {
    const path = pathStart(request.url);
    if (path < 0) return problemResponse(NO_HOST);
    const client = clientOf(request, server);
    if (client === undefined) return problemResponse(NOT_OURS);
    if (signalling?.owns(request.url, path)) return signalling.answer(request, client, server);
    const response = handle(request, client);
    return response instanceof Promise
      ? response.then((r) => patient(r, request, server))
      : patient(response, request, server);
  }

  const shared = {
    fetch,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    error(error: unknown) {
      log.error('a request failed unexpectedly', { error });
      return problemResponse({
        status: 500,
        code: 'internal',
        detail: 'Something went wrong on this server.',
      });
    },
    websocket: {
      maxPayloadLength: SIGNALLING_FRAME_MAX_BYTES,
      open: (ws: ClientSocket) => ws.data.clientOpened(ws),
      message: (ws: ClientSocket, message: string | Buffer<ArrayBuffer>) => ws.data.clientSent(message),
      close: (ws: ClientSocket, code: number, reason: string) => ws.data.clientClosed(code, reason),
    },
  };
  // A unix socket has no idle limit: who may open it is trusted.
  if ('unix' in options.listen) return Bun.serve<Relay>({ ...options.listen, ...shared });
  return Bun.serve<Relay>({
    ...options.listen,
    ...shared,
    // Bun turns this on with `development: false`, and two servers would share a port without a word.
    reusePort: false,
    idleTimeout: options.idleLimit ?? IDLE_LIMIT_S,
  });
}

/** Lets the answers under way finish until the deadline, then cuts them. */
export async function stopListener(
  server: Bun.Server<Relay>,
  clock: Clock,
  deadlineMs: number,
): Promise<void> {
  const cancel = clock.after(deadlineMs, () => void server.stop(true));
  await server.stop();
  cancel();
}

const NOT_OURS = { status: 403, code: 'inner_listener', detail: 'This port is for this program alone.' };
const NO_HOST = {
  status: 400,
  code: 'host_missing',
  detail: 'The request has no Host header.',
  fix: 'Use HTTP/1.1.',
};

/** Where the path begins in `http://host/path`; -1 for what Bun gives without a Host header, a bare path. */
function pathStart(url: string): number {
  const host = url.indexOf('://');
  return host < 0 ? -1 : url.indexOf('/', host + 3);
}

/** An event stream may be silent for as long as nothing happens. */
function patient(response: Response, request: Request, server: Bun.Server<Relay>): Response {
  if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) server.timeout(request, 0);
  return response;
}
