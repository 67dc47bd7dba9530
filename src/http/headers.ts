import type { ClientInfo } from '../network/front/client-info.ts';

/** What every answer carries unless its route says otherwise (a page and its assets do). */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
];
/** Half a year: a browser that came over TLS does not come without it (RFC 6797). */
const HSTS = 'max-age=15552000';

export function withDefaultHeaders(response: Response, requestId: string, client: ClientInfo): Response {
  const { headers } = response;
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  if (client.secure && client.transport === 'tcp') headers.set('strict-transport-security', HSTS);
  headers.set('x-request-id', requestId);
  return response;
}
