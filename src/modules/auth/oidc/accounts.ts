import type { Principal } from '../../../access/principal.ts';
import type { AuthConfig, OidcConfig } from '../../../config/config.ts';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import type { Identity } from '../../../oidc/client.ts';
import type { EventRecorder } from '../../events/events.ts';
import { userDisabled } from '../logins.ts';
import type { User } from '../model.ts';
import type { Users } from '../users.ts';
import { isAdminBy } from './admin-claim.ts';
import type { IdentityRepo } from './identities-repo.ts';

export interface OidcAccountsDeps {
  readonly config: OidcConfig;
  readonly registration: AuthConfig['registration'];
  readonly repo: IdentityRepo;
  readonly users: Pick<Users, 'get' | 'byEmail' | 'insert' | 'change' | 'dropPassword'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/**
 * The account of whom a provider has identified: the one that this identity has, else the one with the same verified
 * email, else a new one. Throws `oidc_email_missing`, `oidc_domain_refused`, `oidc_user_unknown`, `user_disabled`.
 */
export type AccountOf = (identity: Identity) => Promise<User>;

const MAX_NAME = 100;
const ANYONE: Principal = { kind: 'anyone' };

export function createOidcAccounts(deps: OidcAccountsDeps): AccountOf {
  const { config, registration, repo, users, events, clock } = deps;

  /** Only a verified email says something: anyone can type in another's. */
  function verifiedEmail({ email, emailVerified }: Identity): string {
    if (email !== undefined && emailVerified) return email;
    throw emailMissing(email !== undefined);
  }

  function refuseDomain(identity: Identity): void {
    if (config.allowedDomains.length === 0) return;
    const email = verifiedEmail(identity);
    const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
    if (!config.allowedDomains.includes(domain)) throw domainRefused(email, config.allowedDomains);
  }

  function find(identity: Identity): User {
    const { issuer, subject } = identity;
    return events.inTransaction(() => {
      const linked = repo.userOf(issuer, subject);
      if (linked !== undefined) return users.get(linked);
      const email = verifiedEmail(identity);
      const existing = users.byEmail(email);
      if (existing) distrust(existing);
      const user = existing ?? create(email, identity);
      repo.insert({ issuer, subject, userId: user.id, createdAt: clock.now() });
      const link = { issuer, subject };
      events.record({ kind: 'user.linked', actor: user.id, data: { user, ...link }, after: link });
      return user;
    });
  }

  /**
   * Where people make their own accounts, someone may have made this one with another's email, to be in it when its
   * owner comes. The owner is here now: whoever else has a password or a login loses it.
   */
  function distrust(user: User): void {
    if (registration !== 'closed') users.dropPassword(ANYONE, user.id);
  }

  function create(email: string, { name }: Identity): User {
    if (!config.createUsers) throw userUnknown(email);
    const shown = (name ?? email.slice(0, email.indexOf('@'))).slice(0, MAX_NAME);
    return users.insert(ANYONE, { email, name: shown, role: 'user', passwordHash: null });
  }

  /** The provider decides who is admin, if it is asked at all; the last admin stays one. */
  async function withRole(user: User, { claims }: Identity): Promise<User> {
    if (config.adminClaim === undefined) return user;
    const role = isAdminBy(config.adminClaim, claims) ? 'admin' : 'user';
    if (role === user.role) return user;
    const self: Principal = { kind: 'user', userId: user.id, role: user.role, name: user.name, loginId: '' };
    try {
      return await users.change(self, user.id, { role });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'last_admin') return user;
      throw error;
    }
  }

  return async (identity) => {
    refuseDomain(identity);
    const user = find(identity);
    if (user.disabled) throw userDisabled(user.id);
    return withRole(user, identity);
  };
}

const emailMissing = (isThere: boolean) =>
  new DomainError(
    'oidc_email_missing',
    isThere
      ? 'The provider does not say that your email is verified.'
      : 'The provider does not tell your email.',
    {
      fix: 'Confirm your email at the provider; whoever runs it must send the claims email and email_verified.',
    },
  );
const domainRefused = (email: string, allowed: readonly string[]) =>
  new DomainError('oidc_domain_refused', `${email} may not sign in here.`, {
    fix: `Sign in with an email at ${allowed.join(' or ')}.`,
  });
const userUnknown = (email: string) =>
  new DomainError('oidc_user_unknown', `There is no account with the email ${email} here.`, {
    fix: 'Ask an admin of this server for one.',
  });
