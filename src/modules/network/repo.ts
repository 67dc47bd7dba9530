import { and, asc, count, gte, isNotNull } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { participants } from '../../db/schema.ts';
import type { MediaPath } from '../participants/model.ts';

export function createPathRepo({ orm }: Pick<Database, 'orm'>) {
  return {
    /** How many stays that began since then took each path; null: not known. */
    pathsSince(at: number): { readonly path: MediaPath | null; readonly stays: number }[] {
      return orm
        .select({ path: participants.path, stays: count() })
        .from(participants)
        .where(gte(participants.joinedAt, at))
        .groupBy(participants.path)
        .all();
    },

    /** The times to connect of those stays, at the given shares (0 to 1) of them, in milliseconds; null for none. */
    connectTimesSince(at: number, shares: readonly number[]): (number | null)[] {
      const connected = and(gte(participants.joinedAt, at), isNotNull(participants.connectMs));
      const stays = orm.select({ n: count() }).from(participants).where(connected).get()?.n ?? 0;
      return shares.map((share) => {
        const row = orm
          .select({ ms: participants.connectMs })
          .from(participants)
          .where(connected)
          .orderBy(asc(participants.connectMs))
          .limit(1)
          .offset(Math.min(stays - 1, Math.floor(stays * share)))
          .get();
        return row?.ms ?? null;
      });
    },
  };
}

export type PathRepo = ReturnType<typeof createPathRepo>;
