import { count, eq, min } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { jobs, recordings } from '../../db/schema.ts';

/** What of the database is worth a figure at each scrape: all of it counted by an index. */
export function createMetricsRepo({ orm, sqlite }: Pick<Database, 'orm' | 'sqlite'>) {
  return {
    jobs(): readonly { readonly kind: string; readonly state: string; readonly n: number }[] {
      const { kind, state } = jobs;
      return orm.select({ kind, state, n: count() }).from(jobs).groupBy(kind, state).all();
    },
    /** When the job that has waited longest was due, in milliseconds since the epoch. */
    oldestDue(): number | undefined {
      const found = orm
        .select({ at: min(jobs.runAt) })
        .from(jobs)
        .where(eq(jobs.state, 'queued'));
      return found.get()?.at ?? undefined;
    },
    recordings(): readonly { readonly state: string; readonly n: number }[] {
      const { state } = recordings;
      return orm.select({ state, n: count() }).from(recordings).groupBy(state).all();
    },
    /** Bytes of the database file, its log not counted. */
    bytes(): number {
      const pragma = (name: string) =>
        Object.values(sqlite.query<Record<string, number>, []>(`PRAGMA ${name}`).get() ?? {})[0] ?? 0;
      return pragma('page_count') * pragma('page_size');
    },
  };
}

export type MetricsRepo = ReturnType<typeof createMetricsRepo>;
