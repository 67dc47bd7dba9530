import { and, asc, eq, gt, isNull, lt, ne, or } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { logins } from '../../db/schema.ts';

export type LoginRow = typeof logins.$inferSelect;

/** Who is behind a login that holds: not ended, not expired, its user not disabled. */
export interface LoginOwner {
  readonly userId: string;
  readonly name: string;
  readonly role: 'admin' | 'user';
}

export interface LoginRepo {
  byId(id: string): LoginRow | undefined;
  /** Asked by every request with an access token, so a prepared statement of its own: 2 us. */
  owner(id: string, now: number): LoginOwner | undefined;
  insert(row: LoginRow): void;
  rotate(id: string, change: Pick<LoginRow, 'refreshHash' | 'previousHash' | 'usedAt' | 'expiresAt'>): void;
  end(id: string, now: number): void;
  /** The ids of a user's logins that have not ended, `except` one. */
  openOf(userId: string, except?: string): string[];
  /** A user's logins that hold, in the order in which they were made. */
  list(
    userId: string,
    range: { readonly now: number; readonly after?: string | undefined; readonly limit: number },
  ): LoginRow[];
  /** Where a user has signed in from, as far as that is remembered. */
  addressesOf(userId: string): string[];
  /** Forgets logins that ended or expired before `time`. */
  prune(time: number): void;
}

export function createLoginRepo({ orm, sqlite }: Database): LoginRepo {
  const owner = sqlite.query<LoginOwner, [string, number]>(
    `SELECT id AS userId, name, role FROM users WHERE disabled_at IS NULL AND id =
       (SELECT user_id FROM logins WHERE id = ? AND revoked_at IS NULL AND expires_at > ?)`,
  );
  return {
    byId: (id) => orm.select().from(logins).where(eq(logins.id, id)).get(),
    owner: (id, now) => owner.get(id, now) ?? undefined,
    insert: (row) => void orm.insert(logins).values(row).run(),
    rotate: (id, change) => void orm.update(logins).set(change).where(eq(logins.id, id)).run(),
    end: (id, now) => void orm.update(logins).set({ revokedAt: now }).where(eq(logins.id, id)).run(),
    openOf(userId, except = '') {
      const open = and(eq(logins.userId, userId), isNull(logins.revokedAt), ne(logins.id, except));
      return orm
        .select({ id: logins.id })
        .from(logins)
        .where(open)
        .all()
        .map(({ id }) => id);
    },
    list(userId, { now, after = '', limit }) {
      const holds = and(eq(logins.userId, userId), isNull(logins.revokedAt), gt(logins.expiresAt, now));
      return orm
        .select()
        .from(logins)
        .where(and(holds, gt(logins.id, after)))
        .orderBy(asc(logins.id))
        .limit(limit)
        .all();
    },
    addressesOf: (userId) =>
      orm
        .selectDistinct({ address: logins.address })
        .from(logins)
        .where(eq(logins.userId, userId))
        .all()
        .flatMap(({ address }) => address ?? []),
    prune: (time) =>
      void orm
        .delete(logins)
        .where(or(lt(logins.revokedAt, time), lt(logins.expiresAt, time)))
        .run(),
  };
}
