import { Elysia } from 'elysia';
import type { ClientInfo } from '../network/front/client-info.ts';
import type { Principal } from './principal.ts';

/** What is known of a request before it is routed. */
export interface RequestContext {
  readonly principal: Principal;
  readonly client: ClientInfo;
  readonly requestId: string;
}

const contexts = new WeakMap<Request, RequestContext>();
/** By context, not by request: a request may be copied on its way. */
const routes = new WeakMap<RequestContext, string>();

/** Called once for each request, by `src/http`, before the app sees it. */
export function attachContext(request: Request, context: RequestContext): void {
  contexts.set(request, context);
}

export function contextOf(request: Request): RequestContext {
  return contexts.get(request) ?? UNKNOWN;
}

/** Called by the app once it knows which of its routes a request is for. */
export function attachRoute(request: Request, route: string): void {
  routes.set(contextOf(request), route);
}

/** The template of the route that answered, as `/api/room/:name`; undefined where there was none. */
export function templateOf(context: RequestContext): string | undefined {
  return routes.get(context);
}

const UNKNOWN: RequestContext = {
  principal: { kind: 'anyone' },
  client: { address: '0.0.0.0', transport: 'tcp', secure: false },
  requestId: 'none',
};

/** Gives handlers `principal`, `client` and `requestId`. Every module's routes begin with `.use(requestContext)`. */
export const requestContext = new Elysia({ name: 'request-context' }).resolve(
  { as: 'scoped' },
  ({ request }) => ({ ...contextOf(request) }),
);
