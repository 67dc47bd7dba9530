import type { AuthConfig } from '../../config/config.ts';
import type { Database } from '../../db/open.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import { createOidcClient } from '../../oidc/client.ts';
import type { EventRecorder } from '../events/events.ts';
import { createApiTokens } from './api-tokens.ts';
import { createApiTokenRepo } from './api-tokens-repo.ts';
import { createAuthenticate } from './authenticate.ts';
import { createGuestTokens } from './guest-tokens.ts';
import { createInvitations } from './links/invitations.ts';
import { createAccountLinkRepo } from './links/links-repo.ts';
import { createResets } from './links/resets.ts';
import { createLogins } from './logins.ts';
import { createLoginRepo } from './logins-repo.ts';
import { createOidcAccounts } from './oidc/accounts.ts';
import { createIdentityRepo } from './oidc/identities-repo.ts';
import { createOidcSignIn } from './oidc/sign-in.ts';
import { createPasswords } from './passwords.ts';
import { createRegister } from './registration.ts';
import { accountRoutes } from './routes.ts';
import { createSetupCode } from './setup-code.ts';
import { createSignedTokens } from './signed-tokens.ts';
import { createLoginThrottle } from './throttle.ts';
import { createUsers, type UsersDeps } from './users.ts';
import { createUserRepo } from './users-repo.ts';

export interface AuthDeps {
  readonly db: Database;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly config: AuthConfig;
  /** Signs access, refresh and guest tokens. */
  readonly tokenKey: string;
  /** Where the one-time setup code is kept. */
  readonly setupCodePath: string;
  readonly publicUrl: PublicUrl;
  readonly oidcClientSecret: string | undefined;
  readonly log: Logger;
}

/** Where who sent this request reaches the server, for links: `https://meet.example.org`. */
export type PublicUrl = (request: Request, client: ClientInfo) => string;

export type Auth = ReturnType<typeof createAuth>;

const FLUSH_EVERY_MS = 30_000;
const PRUNE_EVERY_MS = 3_600_000;
/** So long a link that has expired still says so. */
const KEEP_LINKS_MS = 30 * 86_400_000;

/** Everything about who somebody is: accounts, logins, API tokens, guests, and the first admin. */
export function createAuth(deps: AuthDeps) {
  const { db, events, clock, config, tokenKey, setupCodePath, publicUrl } = deps;
  const endedListeners = new Set<(userId: string) => void>();
  const loginListeners = new Set<(userId: string, mark: string) => void>();
  const stops: (() => void)[] = [];
  const userRepo = createUserRepo(db);
  const passwords = createPasswords();
  const tokens = createSignedTokens({ key: tokenKey, clock });
  const setupCode = createSetupCode(setupCodePath);
  const apiTokens = createApiTokens({ repo: createApiTokenRepo(db), events, clock });
  const logins = createLogins({
    repo: createLoginRepo(db),
    users: userRepo,
    passwords,
    throttle: createLoginThrottle(clock),
    tokens,
    events,
    clock,
    accessTtl: config.accessTtl,
    refreshTtl: config.refreshTtl,
    onEnded(userId, mark) {
      for (const listener of loginListeners) listener(userId, mark);
    },
  });

  const endAccess: UsersDeps['endAccess'] = (userId, reason, by) => {
    const keep = by.kind === 'user' && reason === 'password' ? by.loginId : undefined;
    if (reason !== 'demoted') logins.endAllOf(userId, reason, by, keep);
    if (reason !== 'password') apiTokens.revokeMadeBy(userId, by);
  };

  const users = createUsers({
    repo: userRepo,
    passwords,
    events,
    clock,
    endAccess,
    onEnded(userId) {
      for (const listener of endedListeners) listener(userId);
    },
    onAdmin: setupCode.spend,
  });

  const links = createAccountLinkRepo(db);
  const mode = config.registration;
  const invitations = createInvitations({ repo: links, events, clock, mode });
  const resets = createResets({ repo: links, users, logins, events, clock });
  const register = createRegister({ users, logins, passwords, setupCode, events, invitations, mode });

  const { issuer, clientId, name, scopes } = config.oidc;
  const oidc =
    issuer === undefined || clientId === undefined
      ? undefined
      : createOidcSignIn({
          client: createOidcClient({ issuer, clientId, scopes, clientSecret: deps.oidcClientSecret, clock }),
          accountOf: createOidcAccounts({
            config: config.oidc,
            registration: mode,
            repo: createIdentityRepo(db),
            users,
            events,
            clock,
          }),
          users,
          logins,
          tokens,
          clock,
          log: deps.log,
        });

  function prune(): void {
    logins.prune();
    links.prune(clock.now() - KEEP_LINKS_MS);
  }

  return {
    users,
    logins,
    apiTokens,
    guestTokens: createGuestTokens({ tokens, clock, ttl: config.refreshTtl }),
    authenticate: createAuthenticate({ tokens, logins, apiTokens, clock }),
    routes: accountRoutes({
      users,
      logins,
      register,
      setupCode,
      invitations,
      resets,
      apiTokens,
      publicUrl,
      oidc,
      options: { registration: mode, oidc: oidc ? { name } : null },
    }),
    /** Told when a user was disabled or deleted: what they take part in has to end too. */
    onUserEnded(listener: (userId: string) => void): () => void {
      endedListeners.add(listener);
      return () => void endedListeners.delete(listener);
    },
    /** Told when a login was ended, by its mark: a device that was lost is in no meeting either. */
    onLoginEnded(listener: (userId: string, mark: string) => void): () => void {
      loginListeners.add(listener);
      return () => void loginListeners.delete(listener);
    },
    /** Begins what goes on in the background. Returns the setup code while there is no admin: for a terminal, never for a log. */
    async start(): Promise<{ readonly setupCode: string | undefined }> {
      await setupCode.prepare(!users.hasAdmin());
      stops.push(clock.every(FLUSH_EVERY_MS, apiTokens.flush), clock.every(PRUNE_EVERY_MS, prune));
      return { setupCode: setupCode.current() };
    },
    stop(): void {
      for (const stop of stops.splice(0)) stop();
      apiTokens.flush();
    },
  };
}
