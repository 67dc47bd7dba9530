import { and, asc, eq, gt, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { users } from '../../db/schema.ts';

export type UserRow = typeof users.$inferSelect;

export interface UserRange {
  /** The id after which the page begins. */
  readonly after?: string | undefined;
  readonly emailKey?: string | undefined;
  readonly limit: number;
}

export interface UserRepo {
  byId(id: string): UserRow | undefined;
  byEmailKey(emailKey: string): UserRow | undefined;
  /** In the order in which they were made. */
  list(range: UserRange): UserRow[];
  insert(row: UserRow): void;
  update(id: string, change: Partial<UserRow>): void;
  remove(id: string): void;
  /** Admins that can sign in, `except` one. */
  activeAdmins(except?: string): number;
}

export function createUserRepo({ orm }: Database): UserRepo {
  return {
    byId: (id) => orm.select().from(users).where(eq(users.id, id)).get(),
    byEmailKey: (emailKey) => orm.select().from(users).where(eq(users.emailKey, emailKey)).get(),
    list({ after, emailKey, limit }) {
      const conditions: SQL[] = [];
      if (after !== undefined) conditions.push(gt(users.id, after));
      if (emailKey !== undefined) conditions.push(eq(users.emailKey, emailKey));
      return orm
        .select()
        .from(users)
        .where(and(...conditions))
        .orderBy(asc(users.id))
        .limit(limit)
        .all();
    },
    insert: (row) => void orm.insert(users).values(row).run(),
    update: (id, change) => void orm.update(users).set(change).where(eq(users.id, id)).run(),
    remove: (id) => void orm.delete(users).where(eq(users.id, id)).run(),
    activeAdmins(except = '') {
      const admins = and(eq(users.role, 'admin'), isNull(users.disabledAt), ne(users.id, except));
      return orm.select({ count: sql<number>`count(*)` }).from(users).where(admins).get()?.count ?? 0;
    },
  };
}
