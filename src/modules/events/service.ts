import type { Clock } from '../../lib/clock.ts';
import { type Page, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder, NewEvent } from './events.ts';
import type { DidarEvent } from './model.ts';
import type { EventFilter, EventRange, EventRepo, EventRow } from './repo.ts';

const RETENTION_MS = 90 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface Events extends EventRecorder {
  list(filter: EventFilter, range: EventRange): Page<DidarEvent>;
  /** Told of every event after it is safely stored; the returned function ends it. */
  subscribe(listener: (event: DidarEvent) => void): () => void;
  lastId(): number;
  /** Deletes what is older than 90 days, now and every hour, until the returned function is called. */
  keepBounded(): () => void;
}

export function createEvents({ repo, clock }: { repo: EventRepo; clock: Clock }): Events {
  const listeners = new Set<(event: DidarEvent) => void>();
  const uncommitted: DidarEvent[] = [];
  let depth = 0;
  let lastId = repo.lastId();

  function tell(event: DidarEvent): void {
    for (const listener of listeners) listener(event);
  }

  function made(event: NewEvent, id: number, at: number): DidarEvent {
    const { kind, actor = null, room = null, identity = null, data = {} } = event;
    return { id, kind, at: toTimestamp(at), actor, room, identity, data };
  }

  function inTransaction<T>(run: () => T): T {
    const kept = uncommitted.length;
    depth += 1;
    try {
      return repo.transaction(run);
    } catch (error) {
      uncommitted.length = kept;
      throw error;
    } finally {
      depth -= 1;
      if (depth === 0) for (const event of uncommitted.splice(0)) tell(event);
    }
  }

  return {
    inTransaction,
    record(event) {
      const at = clock.now();
      const { kind, actor = null, room = null, identity = null, data = {} } = event;
      const id = repo.insert({ kind, at, actor, roomName: room, identity, data });
      lastId = id;
      const stored = made(event, id, at);
      if (depth > 0) uncommitted.push(stored);
      else tell(stored);
      return stored;
    },
    publish(event) {
      tell(made(event, 0, clock.now()));
    },
    list(filter, range) {
      const rows = repo.list(filter, { ...range, limit: range.limit + 1 });
      const items = rows.slice(0, range.limit).map(fromRow);
      return { items, next: rows.length > range.limit ? String(items.at(-1)?.id) : null };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    lastId: () => lastId,
    keepBounded() {
      const prune = () => repo.deleteBefore(clock.now() - RETENTION_MS);
      prune();
      return clock.every(PRUNE_EVERY_MS, prune);
    },
  };
}

function fromRow(row: EventRow): DidarEvent {
  const { id, kind, at, actor, roomName, identity, data } = row;
  return { id, kind: kind as DidarEvent['kind'], at: toTimestamp(at), actor, room: roomName, identity, data };
}
