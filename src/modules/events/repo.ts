import { and, asc, desc, eq, gt, gte, like, lt, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { events } from '../../db/schema.ts';
import type { EventOutcome } from './model.ts';

export type EventRow = typeof events.$inferSelect;
export type NewEventRow = typeof events.$inferInsert;

export interface EventFilter {
  /** Kinds, or prefixes that end with a dot. */
  readonly kinds?: readonly string[];
  readonly actor?: string;
  readonly object?: string;
  readonly room?: string;
  readonly identity?: string;
  readonly outcome?: EventOutcome;
  /** Milliseconds since the epoch; `until` itself is left out. */
  readonly since?: number;
  readonly until?: number;
}

export interface EventRange {
  readonly order: 'asc' | 'desc';
  /** The id to go on from, itself left out. */
  readonly from?: number;
  readonly limit: number;
}

export function createEventRepo({ orm }: Pick<Database, 'orm'>) {
  const insert = orm
    .insert(events)
    .values({
      kind: sql.placeholder('kind'),
      at: sql.placeholder('at'),
      actor: sql.placeholder('actor'),
      roomName: sql.placeholder('roomName'),
      identity: sql.placeholder('identity'),
      object: sql.placeholder('object'),
      outcome: sql.placeholder('outcome'),
      data: sql.placeholder('data'),
    })
    .returning({ id: events.id })
    .prepare();

  return {
    /** The id that the event was given. */
    insert(row: NewEventRow): number {
      const [stored] = insert.all({ ...row });
      if (!stored) throw new Error('an event was inserted without an id');
      return stored.id;
    },

    list(filter: EventFilter, range: EventRange): EventRow[] {
      const { order, from, limit } = range;
      const beyond =
        from === undefined ? undefined : order === 'asc' ? gt(events.id, from) : lt(events.id, from);
      return orm
        .select()
        .from(events)
        .where(and(matches(filter), beyond))
        .orderBy(order === 'asc' ? asc(events.id) : desc(events.id))
        .limit(limit)
        .all();
    },

    /** 0 when there is none. */
    lastId(): number {
      return (
        orm
          .select({ id: sql<number>`coalesce(max(${events.id}), 0)` })
          .from(events)
          .get()?.id ?? 0
      );
    },

    deleteBefore(at: number): void {
      orm.delete(events).where(lt(events.at, at)).run();
    },

    /** Keeps the newest `count` of a kind. */
    keepNewest(kind: string, count: number): void {
      const ofKind = eq(events.kind, kind);
      const oldest = orm
        .select({ id: events.id })
        .from(events)
        .where(ofKind)
        .orderBy(desc(events.id))
        .offset(count)
        .limit(1)
        .get();
      if (oldest)
        orm
          .delete(events)
          .where(and(ofKind, lte(events.id, oldest.id)))
          .run();
    },

    transaction<T>(run: () => T): T {
      return orm.transaction(run);
    },
  };
}

function matches({ kinds, actor, object, room, identity, outcome, since, until }: EventFilter) {
  return and(
    kinds && kinds.length > 0
      ? or(
          ...kinds.map((kind) =>
            kind.endsWith('.') ? like(events.kind, `${kind}%`) : eq(events.kind, kind),
          ),
        )
      : undefined,
    room === undefined ? undefined : eq(events.roomName, room),
    identity === undefined ? undefined : eq(events.identity, identity),
    actor === undefined ? undefined : eq(events.actor, actor),
    object === undefined ? undefined : eq(events.object, object),
    outcome === undefined ? undefined : eq(events.outcome, outcome),
    since === undefined ? undefined : gte(events.at, since),
    until === undefined ? undefined : lt(events.at, until),
  );
}

export type EventRepo = ReturnType<typeof createEventRepo>;
