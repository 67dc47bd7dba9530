import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import { newSecret } from '../../../lib/ids.ts';
import type { Logger } from '../../../lib/log.ts';
import { createRecentMap } from '../../../lib/recent-map.ts';
import { type Flow, flowLost, type OidcClient } from '../../../oidc/client.ts';
import type { Device } from '../device.ts';
import { type Logins, userDisabled } from '../logins.ts';
import type { LoginAnswer } from '../model.ts';
import type { SignedTokens } from '../signed-tokens.ts';
import type { Users } from '../users.ts';
import type { AccountOf } from './accounts.ts';

export interface OidcSignInDeps {
  readonly client: OidcClient;
  readonly accountOf: AccountOf;
  readonly users: Pick<Users, 'get'>;
  readonly logins: Pick<Logins, 'open'>;
  readonly tokens: SignedTokens;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where the browser goes next, and what it has to remember until it comes back. */
export interface Step {
  readonly location: string;
  /** Undefined: forgotten. */
  readonly flow: string | undefined;
  /** By which the page fetches what came of it, once. */
  readonly ticket: string | undefined;
}

export interface OidcSignIn {
  begin(base: string): Promise<Step>;
  /** Never throws what a person can mend: the page asks for that with the ticket. */
  comeBack(
    base: string,
    parameters: Readonly<Record<string, string>>,
    flow: string | undefined,
  ): Promise<Step>;
  /** What came of the sign-in that the ticket is for: a login, or the error that `begin` or `comeBack` met. */
  finish(ticket: string | undefined, device: Device): LoginAnswer;
}

export const CALLBACK_PATH = '/api/auth/oidc/callback';
export const FLOW_LIFE_MS = 600_000;
export const TICKET_LIFE_MS = 60_000;
/** The page where people sign in; it sees by the fragment that there is a ticket. */
const PAGE = '/account#oidc';
const MAX_TICKETS = 1_000;

interface Ending {
  readonly expiresAt: number;
  readonly result: { readonly userId: string } | DomainError;
}

/**
 * A browser signs in at the provider. What has to last until it comes back (state, nonce, PKCE verifier) is in a
 * signed cookie, so that nothing is kept for those who never do. The login is handed over by a ticket in a second
 * cookie, which the page trades for the tokens: no token and no code is ever in an address, a history or a log.
 */
export function createOidcSignIn(deps: OidcSignInDeps): OidcSignIn {
  const { client, accountOf, users, logins, tokens, clock, log } = deps;
  const endings = createRecentMap<string, Ending>(MAX_TICKETS);

  function end(result: Ending['result']): Step {
    const ticket = newSecret();
    endings.set(ticket, { result, expiresAt: clock.now() + TICKET_LIFE_MS });
    return { location: PAGE, flow: undefined, ticket };
  }

  function failed(error: unknown): Step {
    if (!(error instanceof DomainError)) throw error;
    log.warn('a sign-in at the OpenID provider failed', {
      code: error.code,
      error: error.message,
      fix: error.fix,
    });
    return end(error);
  }

  function flowOf(cookie: string | undefined): Flow {
    const claims = cookie === undefined ? 'invalid' : tokens.verify('oidc', cookie);
    if (typeof claims === 'string') throw flowLost();
    const { sub: state, nonce, verifier } = claims;
    if (typeof nonce !== 'string' || typeof verifier !== 'string') throw flowLost();
    return { state, nonce, verifier };
  }

  return {
    async begin(base) {
      try {
        const { url, flow } = await client.begin(base + CALLBACK_PATH);
        const { state, nonce, verifier } = flow;
        const cookie = tokens.sign('oidc', state, clock.now() + FLOW_LIFE_MS, { nonce, verifier });
        return { location: url, flow: cookie, ticket: undefined };
      } catch (error) {
        return failed(error);
      }
    },
    async comeBack(base, parameters, flow) {
      try {
        const identity = await client.finish(base + CALLBACK_PATH, parameters, flowOf(flow));
        return end({ userId: (await accountOf(identity)).id });
      } catch (error) {
        return failed(error);
      }
    },
    finish(ticket, device) {
      const ending = endings.get(ticket ?? '');
      endings.delete(ticket ?? '');
      if (!ending || ending.expiresAt <= clock.now()) throw flowLost();
      if (ending.result instanceof DomainError) throw ending.result;
      const user = users.get(ending.result.userId);
      if (user.disabled) throw userDisabled(user.id);
      return logins.open(user, device);
    },
  };
}
