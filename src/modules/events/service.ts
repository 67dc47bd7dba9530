import type { Clock } from '../../lib/clock.ts';
import { type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import { dataOf, objectOf } from './audit.ts';
import type { EventRecorder, NewEvent } from './events.ts';
import type { DidarEvent } from './model.ts';
import type { EventFilter, EventRange, EventRepo, EventRow } from './repo.ts';

/** Refusals come from whoever tries, so that their number has a limit of its own. */
const KEPT_REFUSALS = 20_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface Events extends EventRecorder {
  list(filter: EventFilter, range: EventRange): Page<DidarEvent>;
  /** Told of every event after it is safely stored; the returned function ends it. */
  subscribe(listener: (event: DidarEvent) => void): () => void;
  lastId(): number;
  /** Deletes what is older than `retention` milliseconds (kept when left out), now and every hour, until the returned function is called. */
  keepBounded(retention?: number): () => void;
}

export interface EventsDeps {
  readonly repo: EventRepo;
  readonly clock: Clock;
  /** Told of each event that is stored, in its transaction: what it writes is there with the event or not at all. */
  readonly onStored?: (event: DidarEvent) => void;
}

export function createEvents({ repo, clock, onStored }: EventsDeps): Events {
  const listeners = new Set<(event: DidarEvent) => void>();
  const uncommitted: DidarEvent[] = [];
  let depth = 0;
  let lastId = repo.lastId();

  function tell(event: DidarEvent): void {
    for (const listener of listeners) listener(event);
  }

  function made(event: NewEvent, id: number, at: number): DidarEvent {
    const { kind, actor = null, room = null, identity = null, outcome = 'done' } = event;
    const object = objectOf(event);
    return { id, kind, at: toTimestamp(at), actor, room, identity, object, outcome, data: dataOf(event) };
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

  function store(event: NewEvent): DidarEvent {
    const at = clock.now();
    const told = made(event, 0, at);
    const { kind, actor, room, identity, object, outcome, data } = told;
    const id = repo.insert({ kind, at, actor, roomName: room, identity, object, outcome, data });
    lastId = id;
    const stored = { ...told, id };
    onStored?.(stored);
    if (depth > 0) uncommitted.push(stored);
    else tell(stored);
    return stored;
  }

  return {
    inTransaction,
    record: (event) => (onStored && depth === 0 ? inTransaction(() => store(event)) : store(event)),
    publish(event) {
      tell(made(event, 0, clock.now()));
    },
    list(filter, range) {
      const rows = repo.list(filter, { ...range, limit: range.limit + 1 });
      return pageOf(rows, range.limit, fromRow, ({ id }) => String(id));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    lastId: () => lastId,
    keepBounded(retention) {
      const prune = () => {
        if (retention !== undefined) repo.deleteBefore(clock.now() - retention);
        repo.keepNewest('request.refused', KEPT_REFUSALS);
      };
      prune();
      return clock.every(PRUNE_EVERY_MS, prune);
    },
  };
}

function fromRow(row: EventRow): DidarEvent {
  const { roomName, kind, at, ...rest } = row;
  return { ...rest, kind: kind as DidarEvent['kind'], at: toTimestamp(at), room: roomName };
}
