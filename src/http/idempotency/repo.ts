import { asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { idempotencyKeys } from '../../db/schema.ts';

export type KeptAnswer = typeof idempotencyKeys.$inferSelect;

/** The status of a request that was begun, and whose answer nobody has stored yet. */
export const UNANSWERED = 0;

export function createKeptAnswers({ orm }: Pick<Database, 'orm'>) {
  const { keyHash, createdAt } = idempotencyKeys;

  function put(answer: KeptAnswer): void {
    orm
      .insert(idempotencyKeys)
      .values(answer)
      .onConflictDoUpdate({ target: keyHash, set: { ...answer } })
      .run();
  }

  return {
    byHash(hash: string): KeptAnswer | undefined {
      return orm.select().from(idempotencyKeys).where(eq(keyHash, hash)).get();
    },
    put,
    begin(request: Pick<KeptAnswer, 'keyHash' | 'requestHash' | 'createdAt'>): void {
      put({ ...request, status: UNANSWERED, contentType: '', body: Buffer.alloc(0) });
    },
    forget(hash: string): void {
      orm.delete(idempotencyKeys).where(eq(keyHash, hash)).run();
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
