import { and, asc, eq, gt, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { Permissions } from '../../access/permissions.ts';
import type { Database } from '../../db/open.ts';
import { denials, grants } from '../../db/schema.ts';

export type DenialRow = typeof denials.$inferSelect;

export function createDenialRepo({ orm }: Pick<Database, 'orm'>) {
  return {
    all: (): DenialRow[] => orm.select().from(denials).all(),

    insert(row: DenialRow): void {
      orm.insert(denials).values(row).run();
    },

    /** Those in force at `now`, oldest first. */
    list(roomId: string, now: number, after: string | undefined, limit: number): DenialRow[] {
      return orm
        .select()
        .from(denials)
        .where(
          and(
            eq(denials.roomId, roomId),
            or(isNull(denials.expiresAt), gt(denials.expiresAt, now)),
            after === undefined ? undefined : gt(denials.id, after),
          ),
        )
        .orderBy(asc(denials.id))
        .limit(limit)
        .all();
    },

    delete(id: string): void {
      orm.delete(denials).where(eq(denials.id, id)).run();
    },

    deleteExpired(now: number): void {
      orm
        .delete(denials)
        .where(and(isNotNull(denials.expiresAt), lte(denials.expiresAt, now)))
        .run();
    },
  };
}

export type DenialRepo = ReturnType<typeof createDenialRepo>;

export function createGrantRepo({ orm }: Pick<Database, 'orm'>) {
  const find = orm
    .select({ permissions: grants.permissions })
    .from(grants)
    .where(
      and(eq(grants.roomId, sql.placeholder('roomId')), eq(grants.identity, sql.placeholder('identity'))),
    )
    .prepare();

  return {
    find: (roomId: string, identity: string): Permissions | undefined =>
      find.get({ roomId, identity })?.permissions,

    keys: (): { roomId: string; identity: string }[] =>
      orm.select({ roomId: grants.roomId, identity: grants.identity }).from(grants).all(),

    save(roomId: string, identity: string, permissions: Permissions, updatedAt: number): void {
      orm
        .insert(grants)
        .values({ roomId, identity, permissions, updatedAt })
        .onConflictDoUpdate({ target: [grants.roomId, grants.identity], set: { permissions, updatedAt } })
        .run();
    },

    delete(roomId: string, identity: string): void {
      orm
        .delete(grants)
        .where(and(eq(grants.roomId, roomId), eq(grants.identity, identity)))
        .run();
    },
  };
}
