import type { DomainError } from '../lib/errors.ts';
import { STATUSES } from './statuses.ts';

/** How an error is told over HTTP. */
export interface ProblemSource {
  readonly code: string;
  readonly detail: string;
  readonly fix?: string | undefined;
  /** More members; `retryAfter` (seconds) and `allow` (methods) also become headers. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** What it is about, for the audit; never told. */
  readonly about?: string | undefined;
}

export function problemOf(error: DomainError): ProblemSource {
  return {
    code: error.code,
    detail: error.message,
    fix: error.fix,
    details: error.details,
    about: error.about,
  };
}

/** The problem document (RFC 9457) for a code of the table; other codes are `internal`. */
export function problemResponse(source: ProblemSource, requestId: string): Response {
  const code = source.code in STATUSES ? source.code : 'internal';
  const [status, title] = STATUSES[code] ?? [500, 'Internal error'];
  const body = {
    ...source.details,
    type: `urn:didar:problem:${code}`,
    title,
    status,
    code,
    detail: source.detail,
    fix: source.fix,
    requestId,
  };
  return new Response(JSON.stringify(body), { status, headers: headersOf(status, source.details) });
}

function headersOf(status: number, details: ProblemSource['details']): Headers {
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  if (typeof details?.retryAfter === 'number') headers.set('retry-after', String(details.retryAfter));
  if (typeof details?.allow === 'string') headers.set('allow', details.allow);
  return headers;
}
