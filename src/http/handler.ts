import type { AnyElysia } from 'elysia';
import { actorOf, type Principal } from '../access/principal.ts';
import { attachContext, contextOf, templateOf } from '../access/request-context.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { noTracer, type Span, type Tracer } from '../lib/tracing/tracer.ts';
import type { Refusal } from '../modules/events/refusals.ts';
import type { Answered } from '../modules/metrics/requests.ts';
import type { ClientInfo } from '../network/front/client-info.ts';
import { type App, createApp } from './app.ts';
import { createCors } from './cors.ts';
import { withDefaultHeaders } from './headers.ts';
import { IDEMPOTENCY_HEADER, type Idempotency } from './idempotency/idempotency.ts';
import { createRateLimiter } from './rate-limits.ts';
import { requestIdOf } from './request-id.ts';

export interface HandlerOptions {
  readonly authenticate: (request: Request, client: ClientInfo) => Principal;
  readonly modules: readonly AnyElysia[];
  readonly log: Logger;
  readonly clock: Clock;
  /** Told of every request that ends in a fault. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Told of every request that was answered. */
  readonly onAnswered?: (answered: Answered) => void;
  /** Follows each request; nothing is followed when left out. */
  readonly tracer?: Tracer;
  /** Origins whose pages may use the API; none when left out. */
  readonly corsOrigins?: readonly string[];
  /** Without it an Idempotency-Key means nothing. */
  readonly idempotency?: Idempotency;
  /** Awaited before a request that may write is answered; its error is the answer. */
  readonly untilWritable?: () => Promise<void>;
}

export type Handle = (request: Request, client: ClientInfo) => Response | Promise<Response>;

/** No JSON of ours is longer. The front has a limit of its own for bodies that don't tell their length. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_WEBHOOK_BYTES = 1024 * 1024;
/** Asked by POST since it takes its time, but nothing is written: also while the database can't be. */
const EXAMINES = new Set(['/api/system/doctor']);
const WEBHOOK_PATH = '/api/livekit/webhook';

/** The HTTP API: who asks is found out once, then the app answers, and every answer gets the same headers. */
export function createHandler(options: HandlerOptions): Handle {
  const { authenticate, modules, log, clock, onRefused, onAnswered, idempotency, untilWritable } = options;
  const { tracer = noTracer } = options;
  const app = createApp(modules, log, (request, { status, code, about }) => {
    const { principal, client } = contextOf(request);
    const { method, url } = request;
    onRefused?.({ method, path: pathOf(url), principal, address: client.address, status, code, about });
  });
  const limiter = createRateLimiter(clock);
  const corsHeaders = createCors(options.corsOrigins ?? []);

  /** The app's answer; to a create that was made before with the same key, the answer of then. */
  async function answerOnce(request: Request, path: string): Promise<Response> {
    if (!idempotency || request.method !== 'POST' || !request.headers.has(IDEMPOTENCY_HEADER))
      return app.fetch(request);
    const context = contextOf(request);
    if (context.principal.kind === 'anyone' || !app.creates(path)) return app.fetch(request);
    return idempotency.once(request, actorOf(context.principal), async (copy) => {
      attachContext(copy, context);
      return app.fetch(copy);
    });
  }

  async function answer(request: Request, client: ClientInfo, requestId: string): Promise<Response> {
    const path = pathOf(request.url);
    const route = routeOf(request);
    try {
      refuseLargeBody(request, path);
      limiter.admit(route, client);
      if (request.method === 'OPTIONS') return allowed(app, path, request, requestId);
      const asked = request.method === 'HEAD' ? new Request(request, { method: 'GET' }) : request;
      if (asked.method !== 'GET' && !EXAMINES.has(path)) await untilWritable?.();
      const context = { principal: authenticate(request, client), client, requestId };
      for (const each of new Set([request, asked])) attachContext(each, context);
      const response = await answerOnce(asked, path);
      limiter.answered(route, client, response.status);
      return request.method === 'HEAD' ? headOf(response) : response;
    } catch (error) {
      return app.failure(error, request, requestId);
    }
  }

  function tell(request: Request, requestId: string, status: number, ms: number, span: Span): void {
    const { method } = request;
    const route = templateOf(contextOf(request)) ?? 'none';
    span.rename(`${method} ${route}`);
    span.set({
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      'didar.request_id': requestId,
    });
    if (status >= 500) span.fail(`status ${status}`);
    onAnswered?.({ method, route, status, seconds: ms / 1000 });
    // By its template: a path may hold the secret of a link.
    log.debug('request', { requestId, method, route, status, ms });
  }

  async function respond(request: Request, client: ClientInfo, span: Span): Promise<Response> {
    const requestId = requestIdOf(request);
    const begun = clock.now();
    const response = withDefaultHeaders(await answer(request, client, requestId), requestId, client);
    for (const [name, value] of limiter.headersFor(routeOf(request), client))
      response.headers.set(name, value);
    for (const [name, value] of corsHeaders(request, response.headers.get('allow')))
      response.headers.append(name, value);
    tell(request, requestId, response.status, clock.now() - begun, span);
    return response;
  }

  return (request, client) => {
    const traceparent = request.headers.get('traceparent');
    return tracer.span({ name: 'request', kind: 'server', traceparent }, (span) =>
      respond(request, client, span),
    );
  };
}

/** Of `http://host/path?query`, without the cost of parsing a URL. */
function pathOf(url: string): string {
  const start = url.indexOf('/', 8);
  const end = url.indexOf('?', start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}

function routeOf({ method, url }: Request): string {
  return `${method} ${pathOf(url)}`;
}

function refuseLargeBody(request: Request, path: string): void {
  const length = request.headers.get('content-length');
  if (length === null) return;
  const limit = path === WEBHOOK_PATH ? MAX_WEBHOOK_BYTES : MAX_BODY_BYTES;
  if (Number(length) <= limit) return;
  throw new DomainError('body_too_large', `The body is larger than ${limit} bytes.`, {
    fix: 'Send less at once.',
  });
}

function allowed(app: App, path: string, request: Request, requestId: string): Response {
  const allow = app.methodsOf(path);
  if (allow !== '') return new Response(null, { status: 204, headers: { allow } });
  return app.failure(new DomainError('route_not_found', 'There is no such path.'), request, requestId);
}

/** The headers of a GET without its body. Only JSON is measured: a stream has no end, it is cancelled instead. */
async function headOf(response: Response): Promise<Response> {
  const { status, headers } = response;
  if (headers.get('content-type')?.includes('json')) {
    headers.set('content-length', String((await response.arrayBuffer()).byteLength));
  } else {
    await response.body?.cancel();
  }
  return new Response(null, { status, headers });
}
