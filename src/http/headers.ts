/** What every answer carries unless its route says otherwise (a page and its assets do). There is no CORS. */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
];

export function withDefaultHeaders(response: Response, requestId: string): Response {
  const { headers } = response;
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  headers.set('x-request-id', requestId);
  return response;
}
