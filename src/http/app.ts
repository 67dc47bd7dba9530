import { type AnyElysia, Elysia, NotFoundError, ParseError, ValidationError } from 'elysia';
import { attachRoute, contextOf } from '../access/request-context.ts';
import { explainSqliteError } from '../db/sqlite-errors.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { readJsonBody } from './json-body.ts';
import { createMethodTable } from './methods.ts';
import { isCreate } from './openapi/operation.ts';
import { openApiRoutes } from './openapi/routes.ts';
import { type ProblemSource, problemOf, problemResponse } from './problems.ts';
import { STATUSES } from './statuses.ts';
import { validationProblem } from './validation.ts';

export interface App {
  fetch(request: Request): Response | Promise<Response>;
  /** The methods that a path answers to, as an Allow header has them; empty when there is no such path. */
  methodsOf(path: string): string;
  /** Whether a POST to this path makes something, as its route declares by status 201. */
  creates(path: string): boolean;
  /** The problem document for whatever was thrown; what nobody expected is logged. */
  failure(error: unknown, request: Request, requestId: string): Response;
}

/** Told of every fault that is answered. */
export type OnFailure = (request: Request, problem: ProblemSource & { readonly status: number }) => void;

/** The modules' routes as one app, in which every error becomes a problem document. */
export function createApp(modules: readonly AnyElysia[], log: Logger, onFailure?: OnFailure): App {
  // Not normalized: an unknown field of a request is a fault to be told, not to be dropped in silence.
  const root: AnyElysia = new Elysia({ name: 'http', normalize: false })
    .onParse({ as: 'global' }, readJsonBody)
    .onTransform({ as: 'global' }, ({ request, route }) => attachRoute(request, route))
    .onError({ as: 'global' }, ({ error, request }) => failure(error, request, contextOf(request).requestId));
  const contract = openApiRoutes(() => app.routes);
  const app: AnyElysia = [...modules, contract].reduce<AnyElysia>((all, module) => all.use(module), root);

  const methodsOf = createMethodTable(app.routes);
  const creators = createMethodTable(app.routes.filter(isCreate));

  function noRoute(request: Request): ProblemSource {
    const path = new URL(request.url).pathname;
    const allow = methodsOf(path);
    if (allow === '') {
      return {
        code: 'route_not_found',
        detail: `There is no ${path.slice(0, 200)} here.`,
        fix: 'See /openapi.json for what there is.',
      };
    }
    return {
      code: 'method_not_allowed',
      detail: `${request.method} is not allowed here.`,
      fix: `Use one of ${allow}.`,
      details: { allow },
    };
  }

  function failure(error: unknown, request: Request, requestId: string): Response {
    const source = expected(error, request) ?? unexpected(error, request, requestId);
    const response = problemResponse(source, requestId);
    try {
      onFailure?.(request, { ...source, status: response.status });
    } catch (fault) {
      // Told all the same: what can't be stored is often just what failed.
      log.error('a failed request could not be written down', { requestId, error: messageOf(fault) });
    }
    return response;
  }

  function expected(error: unknown, request: Request): ProblemSource | undefined {
    // What a parser throws comes wrapped.
    if (error instanceof ParseError) return expected(error.cause, request);
    if (error instanceof DomainError && error.code in STATUSES) return problemOf(error);
    if (error instanceof NotFoundError) return noRoute(request);
    if (error instanceof ValidationError && error.type !== 'response') {
      return validationProblem(error);
    }
    return undefined;
  }

  function unexpected(error: unknown, request: Request, requestId: string): ProblemSource {
    const known = explainSqliteError(error);
    log.error('request failed', {
      requestId,
      method: request.method,
      path: new URL(request.url).pathname,
      error: describe(error),
    });
    if (known) return { ...problemOf(known), detail: known.message };
    return {
      code: 'internal',
      detail: 'This is a fault of the server.',
      fix: `The server's log tells more, under request id ${requestId}.`,
    };
  }

  app.compile();
  return {
    fetch: (request) => app.handle(request),
    methodsOf,
    creates: (path) => creators(path) !== '',
    failure,
  };
}

/** For the log. An answer that breaks its schema is told by its place: its values may be secret. */
function describe(error: unknown): string {
  if (error instanceof ValidationError) {
    return `the answer breaks its schema at ${error.valueError?.path || '/'}: ${error.valueError?.message ?? ''}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
