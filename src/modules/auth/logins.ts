import { actorOf, type Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { hashSecret, newId } from '../../lib/ids.ts';
import { networkOf } from '../../lib/network-of.ts';
import { idOf, type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Device } from './device.ts';
import type { LoginOwner, LoginRepo, LoginRow } from './logins-repo.ts';
import type { Login, LoginAnswer, LoginRequest, User } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { SignedTokens } from './signed-tokens.ts';
import type { LoginThrottle } from './throttle.ts';
import { emailKeyOf, toUser } from './users.ts';
import type { UserRepo } from './users-repo.ts';

export interface LoginsDeps {
  readonly repo: LoginRepo;
  readonly users: UserRepo;
  readonly passwords: Pick<Passwords, 'matches'>;
  readonly throttle: LoginThrottle;
  readonly tokens: SignedTokens;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly accessTtl: number;
  readonly refreshTtl: number;
  /** One login ended alone, or with others; not told where the whole account did. */
  readonly onEnded: (userId: string, mark: string) => void;
}

export interface Logins {
  /** Throws `credentials_invalid`, `user_disabled`, `too_many_requests`, `busy`. */
  login(credentials: LoginRequest, device: Device): Promise<LoginAnswer>;
  /** Signs in a user whose identity is known already. */
  open(user: User, device: Device): LoginAnswer;
  /** Throws `refresh_invalid`, `refresh_reused`. */
  refresh(refreshToken: string): LoginAnswer;
  /** Ends one login; nothing happens when it has ended already. */
  end(loginId: string, reason: string, by: Principal): void;
  endAllOf(userId: string, reason: string, by: Principal, keep?: string): void;
  /** The logins of a user that hold; `current` is marked as the one that asks. */
  list(userId: string, query: ListQuery, current?: string): Page<Login>;
  /** Ends one login of this user. Throws `login_not_found`. */
  revoke(userId: string, loginId: string, by: Principal): void;
  /** Who an access token's login stands for now; undefined when it has ended, or its user was disabled. */
  owner(loginId: string): LoginOwner | undefined;
  /** Names a login where others may read it: a mark tells nothing of it, and is the same each time. */
  markOf(loginId: string): string;
  /** Whether the login with this mark, one of this user's, has not been ended. */
  isOpen(userId: string, mark: string): boolean;
  prune(): void;
}

interface ListQuery {
  readonly cursor?: string;
  readonly limit?: number;
}

const PAGE_SIZE = 100;
/**
 * How long the refresh token before the current one still answers with the current one: two tabs refresh at once, or
 * an answer gets lost. After that, whoever shows it has stolen it, or was stolen from.
 */
const REUSE_GRACE_MS = 10_000;
/** Of a mark, in characters of base64url: nobody finds another login with it. */
const MARK_LENGTH = 16;
const KEEP_ENDED_MS = 7 * 86_400_000;
const DEVICE_TTL_MS = 365 * 86_400_000;
const MAX_USER_AGENT = 300;
/** Reasons for which logins end because the account does. */
const OF_ACCOUNT: readonly string[] = ['disabled', 'deleted'];

export function createLogins(deps: LoginsDeps): Logins {
  const { repo, users, passwords, throttle, tokens, events, clock, accessTtl, refreshTtl } = deps;

  const markOf = (loginId: string) => hashSecret(tokens.sign('mark', loginId, 0)).slice(0, MARK_LENGTH);

  function answer(login: Pick<LoginRow, 'id' | 'userId'>, user: User, refreshToken: string): LoginAnswer {
    const expiresAt = clock.now() + accessTtl;
    const accessToken = tokens.sign('access', login.userId, expiresAt, { login: login.id });
    const device = tokens.sign('device', login.userId, clock.now() + DEVICE_TTL_MS);
    return { accessToken, refreshToken, expiresIn: Math.floor(accessTtl / 1000), device, user };
  }

  /**
   * The refresh token that follows `previous` in a login. It is made from it, so that one who refreshes twice with
   * the same token gets the same answer, although only hashes are stored.
   */
  function refreshTokenAfter(previous: string, loginId: string, expiresAt: number): string {
    const seed = tokens.sign('refresh', previous, 0);
    return tokens.sign('refresh', loginId, expiresAt, { jti: hashSecret(seed) });
  }

  const open: Logins['open'] = (user, { address, userAgent }) =>
    events.inTransaction(() => {
      const now = clock.now();
      const id = newId('l', now);
      const expiresAt = now + refreshTtl;
      const refreshToken = refreshTokenAfter(newId('first', now), id, expiresAt);
      const row: LoginRow = {
        id,
        userId: user.id,
        refreshHash: hashSecret(refreshToken),
        previousHash: null,
        userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null,
        address,
        createdAt: now,
        usedAt: now,
        expiresAt,
        revokedAt: null,
      };
      repo.insert(row);
      const data = { login: id, user: user.id, address };
      events.record({ kind: 'login.created', actor: user.id, data, after: stateOf(row) });
      return answer({ id, userId: user.id }, user, refreshToken);
    });

  /** What this account has signed in from before, for the throttle: the device itself, else its network. */
  function knownPlace(userId: string, device: string | undefined, address: string): string | undefined {
    const claims = device === undefined ? 'invalid' : tokens.verify('device', device);
    if (typeof claims !== 'string' && claims.sub === userId) return 'device';
    const network = networkOf(address);
    return repo.addressesOf(userId).some((known) => networkOf(known) === network) ? network : undefined;
  }

  function end(loginId: string, reason: string, by: Principal | string): void {
    events.inTransaction(() => {
      const login = repo.byId(loginId);
      if (!login || login.revokedAt !== null) return;
      repo.end(loginId, clock.now());
      const actor = typeof by === 'string' ? by : actorOf(by);
      const data = { login: loginId, user: login.userId, reason };
      events.record({ kind: 'login.revoked', actor, data, before: stateOf(login) });
      if (!OF_ACCOUNT.includes(reason)) deps.onEnded(login.userId, markOf(loginId));
    });
  }

  function refreshed(login: LoginRow, refreshToken: string): LoginAnswer {
    const now = clock.now();
    const row = users.byId(login.userId);
    if (!row || row.disabledAt !== null) throw refreshInvalid();
    const hash = hashSecret(refreshToken);
    if (hash === login.previousHash && now - login.usedAt <= REUSE_GRACE_MS) {
      return answer(login, toUser(row), refreshTokenAfter(refreshToken, login.id, login.expiresAt));
    }
    const expiresAt = now + refreshTtl;
    const next = refreshTokenAfter(refreshToken, login.id, expiresAt);
    repo.rotate(login.id, { refreshHash: hashSecret(next), previousHash: hash, usedAt: now, expiresAt });
    return answer(login, toUser(row), next);
  }

  /** A token that we signed for this login, but neither its current one nor, for a moment, the one before. */
  function isReused(login: LoginRow, refreshToken: string): boolean {
    const hash = hashSecret(refreshToken);
    if (hash === login.refreshHash) return false;
    return hash !== login.previousHash || clock.now() - login.usedAt > REUSE_GRACE_MS;
  }

  return {
    open,
    async login({ email, password, device: knownDevice }, device) {
      const emailKey = emailKeyOf(email);
      const found = users.byEmailKey(emailKey);
      const place = knownPlace(found?.id ?? '', knownDevice, device.address);
      const takeBack = throttle.begin({ emailKey, knownPlace: place });
      const isRight = await passwords.matches(password, found?.passwordHash).catch((error: unknown) => {
        // Too busy to look at it: that was no guess.
        takeBack();
        throw error;
      });
      if (!isRight) throw credentialsInvalid(found?.id);
      takeBack();
      // Read again: hashing takes its time, in which an account can be disabled or removed.
      const row = found && users.byId(found.id);
      if (!row || row.passwordHash !== found.passwordHash) throw credentialsInvalid();
      if (row.disabledAt !== null) throw userDisabled(row.id);
      return open(toUser(row), device);
    },
    refresh(refreshToken) {
      const claims = tokens.verify('refresh', refreshToken);
      const login = typeof claims === 'string' ? undefined : repo.byId(claims.sub);
      if (!login || login.revokedAt !== null || login.expiresAt <= clock.now()) throw refreshInvalid();
      if (isReused(login, refreshToken)) {
        end(login.id, 'reuse', 'server');
        throw refreshReused();
      }
      return events.inTransaction(() => refreshed(login, refreshToken));
    },
    end,
    endAllOf(userId, reason, by, keep) {
      for (const id of repo.openOf(userId, keep)) end(id, reason, by);
    },
    list(userId, { cursor, limit = PAGE_SIZE }, current) {
      const rows = repo.list(userId, { now: clock.now(), after: cursor, limit: limit + 1 });
      return pageOf(rows, limit, (row) => toLogin(row, current), idOf);
    },
    revoke(userId, loginId, by) {
      const login = repo.byId(loginId);
      if (login?.userId !== userId || login.revokedAt !== null) throw loginNotFound(loginId);
      end(loginId, 'revoked', by);
    },
    markOf,
    isOpen: (userId, mark) => repo.openOf(userId).some((id) => markOf(id) === mark),
    owner: (loginId) => repo.owner(loginId, clock.now()),
    prune: () => repo.prune(clock.now() - KEEP_ENDED_MS),
  };
}

const toLogin = (row: LoginRow, current: string | undefined): Login => ({
  id: row.id,
  current: row.id === current,
  ...stateOf(row),
});

function stateOf({ address, userAgent, createdAt, usedAt, expiresAt }: LoginRow) {
  return {
    address,
    userAgent,
    createdAt: toTimestamp(createdAt),
    usedAt: toTimestamp(usedAt),
    expiresAt: toTimestamp(expiresAt),
  };
}

const loginNotFound = (id: string) =>
  new DomainError('login_not_found', `There is no login ${id} of this user.`, {
    fix: 'See GET /api/auth/logins, or `didar user logins`, for what there is.',
  });
const credentialsInvalid = (userId?: string) =>
  new DomainError('credentials_invalid', 'There is no user with this email and password.', {
    about: userId && `user:${userId}`,
    fix: 'Check both; who has forgotten it asks an admin for a link: `didar user reset`.',
  });
export const userDisabled = (userId: string) =>
  new DomainError('user_disabled', 'This account is disabled.', {
    fix: 'Ask an admin of this server.',
    about: `user:${userId}`,
  });
const refreshInvalid = () =>
  new DomainError('refresh_invalid', 'This login has expired or was ended.', { fix: 'Log in again.' });
const refreshReused = () =>
  new DomainError('refresh_reused', 'This refresh token was used before, so the login was ended.', {
    fix: 'Log in again. If that was not you, someone else has had your token: change the password.',
  });
