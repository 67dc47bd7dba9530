import { and, asc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { invites, inviteUses } from '../../db/schema.ts';

export type InviteRow = typeof invites.$inferSelect;

export function createInviteRepo({ orm }: Pick<Database, 'orm'>) {
  return {
    insert(row: InviteRow): void {
      orm.insert(invites).values(row).run();
    },

    /** Of one room, in the order in which they were made; without the revoked. */
    list(roomId: string, after: string | undefined, limit: number): InviteRow[] {
      return orm
        .select()
        .from(invites)
        .where(
          and(
            eq(invites.roomId, roomId),
            isNull(invites.revokedAt),
            after === undefined ? undefined : gt(invites.id, after),
          ),
        )
        .orderBy(asc(invites.id))
        .limit(limit)
        .all();
    },

    count(roomId: string): number {
      return (
        orm
          .select({ count: sql<number>`count(*)` })
          .from(invites)
          .where(and(eq(invites.roomId, roomId), isNull(invites.revokedAt)))
          .get()?.count ?? 0
      );
    },

    byId(roomId: string, id: string): InviteRow | undefined {
      return orm
        .select()
        .from(invites)
        .where(and(eq(invites.id, id), eq(invites.roomId, roomId), isNull(invites.revokedAt)))
        .get();
    },

    /** The revoked too. */
    byHash(roomId: string, hash: string): InviteRow | undefined {
      return orm
        .select()
        .from(invites)
        .where(and(eq(invites.hash, hash), eq(invites.roomId, roomId)))
        .get();
    },

    revoke(id: string, now: number): void {
      orm.update(invites).set({ revokedAt: now }).where(eq(invites.id, id)).run();
    },

    /** When this person last came in by it. */
    usedBy(id: string, identity: string): number | undefined {
      return orm
        .select({ usedAt: inviteUses.usedAt })
        .from(inviteUses)
        .where(and(eq(inviteUses.inviteId, id), eq(inviteUses.identity, identity)))
        .get()?.usedAt;
    },

    setUse(inviteId: string, identity: string, usedAt: number): void {
      orm
        .insert(inviteUses)
        .values({ inviteId, identity, usedAt })
        .onConflictDoUpdate({ target: [inviteUses.inviteId, inviteUses.identity], set: { usedAt } })
        .run();
    },

    /** Counts one more person. False when it was used up. */
    countUse(id: string): boolean {
      return (
        orm
          .update(invites)
          .set({ uses: sql`${invites.uses} + 1` })
          .where(
            and(eq(invites.id, id), or(isNull(invites.maxUses), lt(invites.uses, sql`${invites.maxUses}`))),
          )
          .returning({ id: invites.id })
          .all().length > 0
      );
    },
  };
}

export type InviteRepo = ReturnType<typeof createInviteRepo>;
