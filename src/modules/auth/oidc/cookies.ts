import { FLOW_LIFE_MS, type Step, TICKET_LIFE_MS } from './sign-in.ts';

const FLOW = 'didar_oidc_flow';
const TICKET = 'didar_oidc_ticket';
const PATH = '/api/auth/oidc';

export interface OidcCookies {
  readonly flow: string | undefined;
  readonly ticket: string | undefined;
}

/** What the browser remembers of a sign-in. */
export function readCookies(request: Request): OidcCookies {
  const cookies = new Bun.CookieMap(request.headers.get('cookie') ?? '');
  return { flow: cookies.get(FLOW) ?? undefined, ticket: cookies.get(TICKET) ?? undefined };
}

/**
 * Sends the browser on. The flow comes back from the provider's site, so its cookie is `Lax`; the ticket is fetched by
 * our own page alone: `Strict`. No script reads either.
 */
export function redirect({ location, flow, ticket }: Step, secure: boolean): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store' });
  headers.append('set-cookie', cookie(FLOW, flow, 'lax', FLOW_LIFE_MS, secure));
  if (ticket !== undefined)
    headers.append('set-cookie', cookie(TICKET, ticket, 'strict', TICKET_LIFE_MS, secure));
  return new Response(null, { status: 302, headers });
}

function cookie(
  name: string,
  value: string | undefined,
  sameSite: 'lax' | 'strict',
  lifeMs: number,
  secure: boolean,
): string {
  const maxAge = value === undefined ? 0 : lifeMs / 1000;
  return new Bun.Cookie({
    name,
    value: value ?? '',
    path: PATH,
    httpOnly: true,
    sameSite,
    secure,
    maxAge,
  }).serialize();
}
