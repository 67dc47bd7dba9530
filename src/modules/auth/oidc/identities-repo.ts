import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/open.ts';
import { identities } from '../../../db/schema.ts';

export type IdentityRow = typeof identities.$inferSelect;

export interface IdentityRepo {
  /** The account of this person at this provider. */
  userOf(issuer: string, subject: string): string | undefined;
  insert(row: IdentityRow): void;
}

export function createIdentityRepo({ orm }: Database): IdentityRepo {
  return {
    userOf: (issuer, subject) =>
      orm
        .select({ userId: identities.userId })
        .from(identities)
        .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)))
        .get()?.userId,
    insert: (row) => void orm.insert(identities).values(row).run(),
  };
}
