import { and, asc, desc, eq, gt, like, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { events } from '../../db/schema.ts';

export type EventRow = typeof events.$inferSelect;
export type NewEventRow = typeof events.$inferInsert;

export interface EventFilter {
  /** Kinds, or prefixes that end with a dot. */
  readonly kinds?: readonly string[];
  readonly room?: string;
  readonly identity?: string;
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

    transaction<T>(run: () => T): T {
      return orm.transaction(run);
    },
  };
}

function matches({ kinds, room, identity }: EventFilter) {
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
  );
}

export type EventRepo = ReturnType<typeof createEventRepo>;
