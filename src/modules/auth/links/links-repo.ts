import { and, asc, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Database } from '../../../db/open.ts';
import { accountLinks } from '../../../db/schema.ts';

export type AccountLinkRow = typeof accountLinks.$inferSelect;
export type AccountLinkKind = AccountLinkRow['kind'];

export interface AccountLinkRange {
  readonly now: number;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface AccountLinkRepo {
  byId(kind: AccountLinkKind, id: string): AccountLinkRow | undefined;
  byHash(kind: AccountLinkKind, hash: string): AccountLinkRow | undefined;
  /** Those that can still be used, in the order in which they were made. */
  listUsable(kind: AccountLinkKind, range: AccountLinkRange): AccountLinkRow[];
  insert(row: AccountLinkRow): void;
  markUsed(id: string, now: number): void;
  revoke(id: string, now: number): void;
  /** The unused resets of a user. */
  revokeResetsOf(userId: string, now: number): void;
  /** Forgets links that expired before `time`. */
  prune(time: number): void;
}

export function createAccountLinkRepo({ orm }: Database): AccountLinkRepo {
  const unused = and(isNull(accountLinks.usedAt), isNull(accountLinks.revokedAt));
  const one = (
    kind: AccountLinkKind,
    column: typeof accountLinks.id | typeof accountLinks.hash,
    value: string,
  ) =>
    orm
      .select()
      .from(accountLinks)
      .where(and(eq(accountLinks.kind, kind), eq(column, value)))
      .get();
  return {
    byId: (kind, id) => one(kind, accountLinks.id, id),
    byHash: (kind, hash) => one(kind, accountLinks.hash, hash),
    listUsable: (kind, { now, after = '', limit }) =>
      orm
        .select()
        .from(accountLinks)
        .where(
          and(
            eq(accountLinks.kind, kind),
            unused,
            gt(accountLinks.expiresAt, now),
            gt(accountLinks.id, after),
          ),
        )
        .orderBy(asc(accountLinks.id))
        .limit(limit)
        .all(),
    insert: (row) => void orm.insert(accountLinks).values(row).run(),
    markUsed: (id, now) =>
      void orm.update(accountLinks).set({ usedAt: now }).where(eq(accountLinks.id, id)).run(),
    revoke: (id, now) =>
      void orm.update(accountLinks).set({ revokedAt: now }).where(eq(accountLinks.id, id)).run(),
    revokeResetsOf: (userId, now) =>
      void orm
        .update(accountLinks)
        .set({ revokedAt: now })
        .where(and(eq(accountLinks.userId, userId), unused))
        .run(),
    prune: (time) => void orm.delete(accountLinks).where(lt(accountLinks.expiresAt, time)).run(),
  };
}
