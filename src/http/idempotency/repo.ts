import { asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { idempotencyKeys } from '../../db/schema.ts';

export type KeptAnswer = typeof idempotencyKeys.$inferSelect;

export function createKeptAnswers({ orm }: Pick<Database, 'orm'>) {
  const { keyHash, createdAt } = idempotencyKeys;
  return {
    byHash(hash: string): KeptAnswer | undefined {
      return orm.select().from(idempotencyKeys).where(eq(keyHash, hash)).get();
    },
    put(answer: KeptAnswer): void {
      orm
        .insert(idempotencyKeys)
        .values(answer)
        .onConflictDoUpdate({ target: keyHash, set: { ...answer } })
        .run();
    },
    /** Forgets what is older than `before` (milliseconds since the epoch), and the oldest beyond `most`. */
    prune(before: number, most: number): void {
      orm.delete(idempotencyKeys).where(lt(createdAt, before)).run();
      const [row] = orm.select({ count: sql<number>`count(*)` }).from(idempotencyKeys).all();
      const excess = (row?.count ?? 0) - most;
      if (excess <= 0) return;
      const oldest = orm.select({ keyHash }).from(idempotencyKeys).orderBy(asc(createdAt)).limit(excess);
      orm.delete(idempotencyKeys).where(inArray(keyHash, oldest)).run();
    },
  };
}
