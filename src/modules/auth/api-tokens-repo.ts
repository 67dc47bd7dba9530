import { and, asc, eq, gt, isNull, type SQL } from 'drizzle-orm';
import type { Scope } from '../../access/principal.ts';
import type { Database } from '../../db/open.ts';
import { apiTokens } from '../../db/schema.ts';

export type ApiTokenRow = typeof apiTokens.$inferSelect;

export interface KnownToken {
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
}

export interface ApiTokenRepo {
  /** Tokens that were not revoked, in the order in which they were made. */
  list(range: { readonly after?: string | undefined; readonly limit: number }): ApiTokenRow[];
  /** One that was not revoked. */
  byId(id: string): ApiTokenRow | undefined;
  /** Asked by every request with an API token, so a prepared statement of its own. Not revoked; perhaps expired. */
  byHash(hash: string): KnownToken | undefined;
  insert(row: ApiTokenRow): void;
  revoke(id: string, now: number): void;
  /** Tokens that this user made, those made with them too. */
  madeBy(userId: string): string[];
  markUsed(id: string, at: number): void;
}

export function createApiTokenRepo({ orm, sqlite }: Database): ApiTokenRepo {
  const byHash = sqlite.query<{ id: string; scopes: string; expiresAt: number | null }, [string]>(
    'SELECT id, scopes, expires_at AS expiresAt FROM api_tokens WHERE hash = ? AND revoked_at IS NULL',
  );
  const madeBy = sqlite.query<{ id: string }, [string]>(
    `WITH RECURSIVE made (id) AS (
       SELECT id FROM api_tokens WHERE created_by = ? AND revoked_at IS NULL
       UNION SELECT api_tokens.id FROM api_tokens JOIN made ON api_tokens.created_by = made.id
         WHERE api_tokens.revoked_at IS NULL
     ) SELECT id FROM made`,
  );
  return {
    list({ after, limit }) {
      const conditions: SQL[] = [isNull(apiTokens.revokedAt)];
      if (after !== undefined) conditions.push(gt(apiTokens.id, after));
      return orm
        .select()
        .from(apiTokens)
        .where(and(...conditions))
        .orderBy(asc(apiTokens.id))
        .limit(limit)
        .all();
    },
    byId: (id) =>
      orm
        .select()
        .from(apiTokens)
        .where(and(eq(apiTokens.id, id), isNull(apiTokens.revokedAt)))
        .get(),
    byHash(hash) {
      const row = byHash.get(hash);
      return row ? { ...row, scopes: JSON.parse(row.scopes) as Scope[] } : undefined;
    },
    insert: (row) => void orm.insert(apiTokens).values(row).run(),
    revoke: (id, now) => void orm.update(apiTokens).set({ revokedAt: now }).where(eq(apiTokens.id, id)).run(),
    madeBy: (userId) => madeBy.all(userId).map(({ id }) => id),
    markUsed: (id, at) => void orm.update(apiTokens).set({ usedAt: at }).where(eq(apiTokens.id, id)).run(),
  };
}
