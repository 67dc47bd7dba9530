import type { Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { createRecentMap } from '../../lib/recent-map.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import { API_TOKEN_PREFIX, type ApiTokens } from './api-tokens.ts';
import type { Logins } from './logins.ts';
import type { SignedTokens } from './signed-tokens.ts';

export type Authenticate = (request: Request, client: ClientInfo) => Principal;

export interface AuthenticateDeps {
  readonly tokens: SignedTokens;
  readonly logins: Pick<Logins, 'owner'>;
  readonly apiTokens: Pick<ApiTokens, 'principalOf'>;
  readonly clock: Clock;
}

/** Access tokens whose signature held: checking it again would cost more than the rest of a request. */
const MAX_KNOWN = 2_000;
const SCHEME = /^Bearer +(\S+)$/i;

/**
 * Who asks. A token in the header counts wherever the request comes from; without one, the local socket is admin and
 * the network is anyone. That the login still holds is asked of the database each time, so that its end is at once.
 */
export function createAuthenticate({ tokens, logins, apiTokens, clock }: AuthenticateDeps): Authenticate {
  const known = createRecentMap<string, { readonly loginId: string; readonly expiresAt: number }>(MAX_KNOWN);

  function claimsOf(token: string): { loginId: string; expiresAt: number } | DomainError {
    const cached = known.get(token);
    if (cached) return cached.expiresAt > clock.now() ? cached : tokenExpired();
    const claims = tokens.verify('access', token);
    if (claims === 'expired') return tokenExpired();
    if (claims === 'invalid' || typeof claims.login !== 'string') return tokenInvalid();
    const checked = { loginId: claims.login, expiresAt: claims.exp * 1000 };
    known.set(token, checked);
    return checked;
  }

  function userOf(token: string): Principal {
    const claims = claimsOf(token);
    if (claims instanceof DomainError) return { kind: 'anyone', rejected: claims };
    const owner = logins.owner(claims.loginId);
    if (!owner) return { kind: 'anyone', rejected: loginEnded() };
    return { kind: 'user', loginId: claims.loginId, ...owner };
  }

  return (request, client) => {
    const header = request.headers.get('authorization');
    if (header === null) return client.transport === 'unix' ? { kind: 'local' } : { kind: 'anyone' };
    const token = SCHEME.exec(header)?.[1];
    if (token === undefined) return { kind: 'anyone', rejected: schemeUnknown() };
    return token.startsWith(API_TOKEN_PREFIX) ? apiTokens.principalOf(token) : userOf(token);
  };
}

const schemeUnknown = () =>
  new DomainError('token_invalid', 'The Authorization header is not a bearer token.', {
    fix: 'Send "Authorization: Bearer <token>".',
  });
const tokenInvalid = () =>
  new DomainError('token_invalid', 'This access token is not one of ours.', {
    fix: 'Log in with POST /api/auth/login.',
  });
const tokenExpired = () =>
  new DomainError('token_expired', 'This access token has expired.', {
    fix: 'Get a new one with POST /api/auth/refresh.',
  });
const loginEnded = () =>
  new DomainError('login_ended', 'This login has ended.', { fix: 'Log in again with POST /api/auth/login.' });
