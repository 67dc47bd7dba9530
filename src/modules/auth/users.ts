import { actorOf, type Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { idOf, type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import type { PasswordChange, User, UserChange, UserCreate } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { UserRepo, UserRow } from './users-repo.ts';

/** Why someone's logins and tokens end. */
export type EndReason = 'disabled' | 'deleted' | 'demoted' | 'password';

export interface UsersDeps {
  readonly repo: UserRepo;
  readonly passwords: Passwords;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** Ends what this user holds, within the transaction; `keepLogin` stays. */
  readonly endAccess: (userId: string, reason: EndReason, by: Principal) => void;
  /** Told after a user was disabled or deleted. */
  readonly onEnded: (userId: string) => void;
  /** Told after there is an admin who was none before. */
  readonly onAdmin: () => void;
}

export interface Users {
  /** Throws `email_taken`. */
  create(by: Principal, input: UserCreate): Promise<User>;
  /** As `create`, at once, for a password that was hashed already; null for who signs in elsewhere. */
  insert(by: Principal, input: Omit<UserCreate, 'password'> & { passwordHash: string | null }): User;
  byEmail(email: string): User | undefined;
  list(query: { cursor?: string; limit?: number; email?: string }): Page<User>;
  /** Throws `user_not_found`. */
  get(id: string): User;
  /** `alongside` is done first in the same transaction. Throws `user_not_found`, `email_taken`, `last_admin`. */
  change(by: Principal, id: string, change: UserChange, alongside?: () => void): Promise<User>;
  /** Sets one's own password, and ends one's other logins. Throws `current_password_wrong`. */
  changeOwnPassword(by: Principal & { kind: 'user' }, change: PasswordChange): Promise<void>;
  /** The account signs in elsewhere from now on: its password and its logins end. */
  dropPassword(by: Principal, id: string): void;
  /** Throws `user_not_found`, `last_admin`. */
  remove(by: Principal, id: string): void;
  hasAdmin(): boolean;
}

const PAGE_SIZE = 100;

/** Accounts. Every change is one transaction with its event. */
export function createUsers(deps: UsersDeps): Users {
  const { repo, passwords, events, clock, endAccess, onEnded, onAdmin } = deps;

  function row(id: string): UserRow {
    const found = repo.byId(id);
    if (found) return found;
    throw new DomainError('user_not_found', `There is no user ${id}.`, {
      fix: 'See GET /api/user, or `didar user list`, for who there is.',
    });
  }

  function refuseTaken(email: string, self?: string): void {
    const other = repo.byEmailKey(emailKeyOf(email));
    if (!other || other.id === self) return;
    throw new DomainError('email_taken', `There is a user with the email ${email} already.`, {
      fix: 'Change that user, or take another email.',
    });
  }

  function refuseLastAdmin(user: UserRow): void {
    if (user.role !== 'admin' || user.disabledAt !== null || repo.activeAdmins(user.id) > 0) return;
    throw new DomainError('last_admin', `${user.email} is the only admin left.`, {
      fix: 'Make another user an admin first.',
    });
  }

  function store(by: Principal, made: UserRow): User {
    return events.inTransaction(() => {
      refuseTaken(made.email);
      repo.insert(made);
      const user = toUser(made);
      events.record({ kind: 'user.created', actor: actorOf(by), data: { user }, after: user });
      return user;
    });
  }

  const insert: Users['insert'] = (by, { email, name, role = 'user', passwordHash }) => {
    const now = clock.now();
    const user = store(by, {
      id: newId('u', now),
      email,
      emailKey: emailKeyOf(email),
      name,
      role,
      passwordHash,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
    });
    if (role === 'admin') onAdmin();
    return user;
  };

  /** One transaction: what is not allowed, what ends with it, and the event. */
  function apply(by: Principal, id: string, change: UserChange, passwordHash: string | undefined): User {
    const before = row(id);
    const after = changedRow(before, change, passwordHash, clock.now());
    refuseTaken(after.email, id);
    const reason = endReason(before, after);
    if (reason === 'disabled' || reason === 'demoted') refuseLastAdmin(before);
    repo.update(id, after);
    if (reason) endAccess(id, reason, by);
    const user = toUser(after);
    events.record({
      kind: 'user.changed',
      actor: actorOf(by),
      data: { user, changed: Object.keys(change) },
      before: toUser(before),
      after: user,
    });
    return user;
  }

  const changeUser: Users['change'] = async (by, id, change, alongside) => {
    row(id);
    if (change.password !== undefined) refuseCommonPassword(change.password);
    const passwordHash = change.password === undefined ? undefined : await passwords.hash(change.password);
    const user = events.inTransaction(() => {
      alongside?.();
      return apply(by, id, change, passwordHash);
    });
    if (change.disabled) onEnded(id);
    if (change.role === 'admin') onAdmin();
    return user;
  };

  return {
    insert,
    async create(by, { password, ...input }) {
      refuseCommonPassword(password);
      refuseTaken(input.email);
      return insert(by, { ...input, passwordHash: await passwords.hash(password) });
    },
    list({ cursor, limit = PAGE_SIZE, email }) {
      const emailKey = email === undefined ? undefined : emailKeyOf(email);
      const rows = repo.list({ after: cursor, emailKey, limit: limit + 1 });
      return pageOf(rows, limit, toUser, idOf);
    },
    get: (id) => toUser(row(id)),
    byEmail(email) {
      const found = repo.byEmailKey(emailKeyOf(email));
      return found && toUser(found);
    },
    change: changeUser,
    async changeOwnPassword(by, { currentPassword, newPassword }) {
      refuseCommonPassword(newPassword);
      const { passwordHash } = row(by.userId);
      if (!(await passwords.matches(currentPassword, passwordHash))) throw passwordWrong();
      await changeUser(by, by.userId, { password: newPassword });
    },
    dropPassword(by, id) {
      events.inTransaction(() => {
        const user = toUser(row(id));
        const before = { hasPassword: row(id).passwordHash !== null };
        repo.update(id, { passwordHash: null, updatedAt: clock.now() });
        endAccess(id, 'password', by);
        const data = { user, changed: ['password'] };
        const after = { hasPassword: false };
        events.record({ kind: 'user.changed', actor: actorOf(by), data, before, after });
      });
    },
    remove(by, id) {
      events.inTransaction(() => {
        const gone = row(id);
        refuseLastAdmin(gone);
        endAccess(id, 'deleted', by);
        repo.remove(id);
        const user = toUser(gone);
        events.record({ kind: 'user.deleted', actor: actorOf(by), data: { user }, before: user });
      });
      onEnded(id);
    },
    hasAdmin: () => repo.activeAdmins() > 0,
  };
}

function changedRow(
  before: UserRow,
  change: UserChange,
  passwordHash: string | undefined,
  now: number,
): UserRow {
  const { email = before.email, name = before.name, role = before.role } = change;
  const disabled = change.disabled ?? before.disabledAt !== null;
  return {
    ...before,
    email,
    emailKey: emailKeyOf(email),
    name,
    role,
    passwordHash: passwordHash ?? before.passwordHash,
    disabledAt: disabled ? (before.disabledAt ?? now) : null,
    updatedAt: now,
  };
}

function endReason(before: UserRow, after: UserRow): EndReason | undefined {
  if (before.disabledAt === null && after.disabledAt !== null) return 'disabled';
  if (before.role === 'admin' && after.role === 'user') return 'demoted';
  return before.passwordHash === after.passwordHash ? undefined : 'password';
}

const passwordWrong = () =>
  new DomainError('current_password_wrong', 'This is not your current password.', {
    fix: 'Who has forgotten it asks an admin for a link: `didar user reset`.',
  });

/** What makes two spellings of an email the same account. */
export function emailKeyOf(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

export function toUser(row: UserRow): User {
  const { id, email, name, role, disabledAt, createdAt } = row;
  return { id, email, name, role, disabled: disabledAt !== null, createdAt: toTimestamp(createdAt) };
}
