/** What a page of another origin may send and read besides what every page may. */
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, last-event-id, x-request-id';
const RESPONSE_HEADERS = 'idempotency-replayed, ratelimit, ratelimit-policy, retry-after, x-request-id';
/** Seconds for which a browser need not ask again. */
const PREFLIGHT_HOLDS_S = 600;

type Headers = readonly (readonly [name: string, value: string])[];

/**
 * Which pages of other origins may use the API (Fetch standard, section 3.2): those that are named, none otherwise.
 * No credentials: tokens are sent by hand, cookies there are none.
 *
 * @returns the headers of an answer to a request; `allow` is what the path answers to, for a preflight.
 */
export function createCors(origins: readonly string[]): (request: Request, allow: string | null) => Headers {
  if (origins.length === 0) return () => [];
  const known = new Set(origins);
  return (request, allow) => {
    const origin = request.headers.get('origin');
    if (origin === null || !known.has(origin)) return [['vary', 'Origin']];
    const isPreflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
    return [
      ['vary', 'Origin'],
      ['access-control-allow-origin', origin],
      ...(isPreflight
        ? ([
            ['access-control-allow-methods', allow ?? ''],
            ['access-control-allow-headers', REQUEST_HEADERS],
            ['access-control-max-age', String(PREFLIGHT_HOLDS_S)],
          ] as const)
        : ([['access-control-expose-headers', RESPONSE_HEADERS]] as const)),
    ];
  };
}
