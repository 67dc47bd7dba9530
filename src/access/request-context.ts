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

/** Called once for each request, by `src/http`, before the app sees it. */
export function attachContext(request: Request, context: RequestContext): void {
  contexts.set(request, context);
}

export function contextOf(request: Request): RequestContext {
  return contexts.get(request) ?? UNKNOWN;
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
