import { and, asc, count, desc, eq, gt, inArray, lt, lte, max, notInArray, or, sql } from 'drizzle-orm';
import type { Database } from '../db/open.ts';
import { jobs } from '../db/schema.ts';
import type { Job, JobState } from './job.ts';

type Row = typeof jobs.$inferSelect;
const ACTIVE: JobState[] = ['queued', 'running'];
const FINISHED: JobState[] = ['done', 'failed', 'cancelled'];

export type JobPatch = Partial<Omit<Job, 'id' | 'kind' | 'payload' | 'createdAt'>>;
export interface JobFilter {
  readonly state?: JobState;
  readonly kind?: string;
}

export function createJobRepo({ orm }: Pick<Database, 'orm'>) {
  return {
    insert(job: Job): void {
      orm.insert(jobs).values(toRow(job)).run();
    },

    get(id: string): Job | undefined {
      return fromRows(orm.select().from(jobs).where(eq(jobs.id, id)).all())[0];
    },

    remove(id: string): void {
      orm.delete(jobs).where(eq(jobs.id, id)).run();
    },

    /** The job with this key that is not finished. */
    activeWith(uniqueKey: string): Job | undefined {
      const same = and(eq(jobs.uniqueKey, uniqueKey), inArray(jobs.state, ACTIVE));
      return fromRows(orm.select().from(jobs).where(same).limit(1).all())[0];
    },

    /** Changes the job if it is in one of these states; undefined if it is not. */
    update(id: string, from: readonly JobState[], patch: JobPatch): Job | undefined {
      const { progress, ...rest } = patch;
      const set = progress === undefined ? rest : { ...rest, progress: Math.round(progress * 1000) };
      const mine = and(eq(jobs.id, id), inArray(jobs.state, [...from]));
      return fromRows(orm.update(jobs).set(set).where(mine).returning().all())[0];
    },

    /** What may run now, longest due first; without those whose payload says one of `full` in the field `by`. */
    due(kind: string, now: number, limit: number, lanes?: { by: string; full: readonly string[] }): Job[] {
      const ready = and(
        eq(jobs.state, 'queued'),
        eq(jobs.kind, kind),
        lte(jobs.runAt, now),
        lanes && notInArray(sql`json_extract(${jobs.payload}, ${`$.${lanes.by}`})`, [...lanes.full]),
      );
      return fromRows(
        orm.select().from(jobs).where(ready).orderBy(asc(jobs.runAt), asc(jobs.id)).limit(limit).all(),
      );
    },

    /** When the next of these kinds falls due after `now`. */
    nextDue(kinds: readonly string[], now: number): number | undefined {
      const later = and(eq(jobs.state, 'queued'), inArray(jobs.kind, [...kinds]), gt(jobs.runAt, now));
      return orm.select({ at: jobs.runAt }).from(jobs).where(later).orderBy(asc(jobs.runAt)).limit(1).get()
        ?.at;
    },

    /**
     * Lets jobs of a kind that wait for a time that no pause reaches (`longestMs`) run now, and those that were made
     * in a time that is still to come: the clock was wrong then. Tells how many.
     */
    pullIn(kind: string, now: number, longestMs: number): number {
      const isAfterFailure = and(gt(jobs.attempts, 0), gt(jobs.runAt, now + longestMs));
      const isFromTomorrow = and(
        eq(jobs.attempts, 0),
        gt(jobs.createdAt, now),
        eq(jobs.runAt, jobs.createdAt),
      );
      return orm
        .update(jobs)
        .set({ runAt: now })
        .where(and(eq(jobs.state, 'queued'), eq(jobs.kind, kind), or(isAfterFailure, isFromTomorrow)))
        .returning({ id: jobs.id })
        .all().length;
    },

    running(): Job[] {
      return fromRows(orm.select().from(jobs).where(eq(jobs.state, 'running')).all());
    },

    countQueued(): number {
      return orm.select({ n: count() }).from(jobs).where(eq(jobs.state, 'queued')).get()?.n ?? 0;
    },

    /** Newest first; `before` is the id to go on from. */
    list({ state, kind }: JobFilter, before: string | undefined, limit: number): Job[] {
      const wanted = and(
        state === undefined ? undefined : eq(jobs.state, state),
        kind === undefined ? undefined : eq(jobs.kind, kind),
        before === undefined ? undefined : lt(jobs.id, before),
      );
      return fromRows(orm.select().from(jobs).where(wanted).orderBy(desc(jobs.id)).limit(limit).all());
    },

    /**
     * Forgets finished jobs: those that ended before `before`, and all but the newest `keep`. The last one of each
     * kind that was done stays: when that was is what somebody will ask.
     */
    prune(before: number, keep: number): void {
      const lastDone = orm
        .select({ id: max(jobs.id) })
        .from(jobs)
        .where(eq(jobs.state, 'done'))
        .groupBy(jobs.kind);
      const finished = and(inArray(jobs.state, FINISHED), sql`${jobs.id} not in ${lastDone}`);
      orm
        .delete(jobs)
        .where(and(finished, lt(jobs.finishedAt, before)))
        .run();
      const kept = orm.select({ id: jobs.id }).from(jobs).where(finished).orderBy(desc(jobs.id)).limit(keep);
      orm
        .delete(jobs)
        .where(and(finished, sql`${jobs.id} not in ${kept}`))
        .run();
    },
  };
}

export type JobRepo = ReturnType<typeof createJobRepo>;

function toRow(job: Job): Row {
  return { ...job, payload: { ...job.payload }, progress: Math.round(job.progress * 1000) };
}

function fromRows(rows: readonly Row[]): Job[] {
  return rows.map((row) => ({ ...row, progress: row.progress / 1000 }));
}
