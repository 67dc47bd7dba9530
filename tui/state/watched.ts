import type { Clock } from '../../src/lib/clock.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import { ApiError, textOf } from '../api/error.ts';
import { type Collection, createCollection } from './collection.ts';
import type { World } from './world.ts';

/** What changes again and again is read no faster. */
const AGAIN_MS = 2_000;

export interface Watched<T> {
  readonly items: Collection<T>;
  /** Why there is nothing to show; undefined while nothing is wrong. */
  readonly trouble: string | undefined;
  /** It was read at least once. */
  readonly isRead: boolean;
  /** Reads it now and keeps it as the server has it, until the returned function is called. */
  watch(): () => void;
  /** Reads it now, if somebody watches. */
  refresh(): void;
  /** Takes an item as the server has just told it. */
  put(item: T): void;
  remove(id: string): void;
  /** Forgets all of it: another list is meant from now on. */
  clear(): void;
}

export interface WatchedOptions<T> {
  readonly world: Pick<World, 'listen'>;
  readonly clock: Clock;
  readonly changed: () => void;
  readonly idOf: (item: T) => string;
  readonly read: () => Promise<readonly T[]>;
  /** What an event says about it: nothing, or that it has to be read again; it may also put and remove items. */
  readonly told: (event: DidarEvent, watched: Pick<Watched<T>, 'put' | 'remove'>) => 'read' | undefined;
  /** It is read this often besides, for what no event tells. */
  readonly everyMs: number;
}

/** A list of the server's that is asked for only while somebody looks at it. */
export function createWatched<T>(options: WatchedOptions<T>): Watched<T> {
  const { world, clock, changed, idOf, read, told, everyMs } = options;
  const items = createCollection(idOf);
  /** What was told while a list was under way, which may be older. */
  const touched = new Set<string>();
  let trouble: string | undefined;
  let isRead = false;
  let watchers = 0;
  let isReading = false;
  let isStale = false;
  let lastRead = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  function soon(): void {
    if (isReading) isStale = true;
    else cancel ??= clock.after(Math.max(0, lastRead + AGAIN_MS - clock.now()), refresh);
  }

  function refresh(): void {
    cancel?.();
    cancel = undefined;
    if (watchers === 0) return;
    if (isReading) {
      isStale = true;
      return;
    }
    isReading = true;
    isStale = false;
    lastRead = clock.now();
    touched.clear();
    read()
      .then(take, (error: unknown) => {
        trouble = whyNot(error);
      })
      .finally(() => {
        isReading = false;
        if (isStale) soon();
        changed();
      });
  }

  function take(fresh: readonly T[]): void {
    trouble = undefined;
    isRead = true;
    const next = fresh.filter((item) => !touched.has(idOf(item))).map(asKnown);
    for (const id of touched) {
      const item = items.get(id);
      if (item !== undefined) next.push(item);
    }
    const isSame = next.length === items.size && next.every((item) => items.get(idOf(item)) === item);
    if (!isSame) items.replace(next);
  }

  /** The object that is known already where nothing of it is different: its row need not be drawn again. */
  function asKnown(item: T): T {
    const known = items.get(idOf(item));
    return known !== undefined && JSON.stringify(known) === JSON.stringify(item) ? known : item;
  }

  function put(item: T): void {
    if (isReading) touched.add(idOf(item));
    items.put(item);
    changed();
  }

  function remove(id: string): void {
    if (isReading) touched.add(id);
    items.delete(id);
    changed();
  }

  return {
    items,
    get trouble() {
      return trouble;
    },
    get isRead() {
      return isRead;
    },
    watch() {
      watchers += 1;
      const ends = [
        world.listen({
          told: (event) => {
            if (told(event, { put, remove }) === 'read') soon();
          },
          loaded: refresh,
        }),
        clock.every(everyMs, refresh),
      ];
      refresh();
      return () => {
        watchers -= 1;
        for (const end of ends) end();
      };
    },
    refresh,
    put,
    remove,
    clear() {
      items.replace([]);
      isRead = false;
      trouble = undefined;
    },
  };
}

function whyNot(error: unknown): string {
  const { status, code } = error instanceof ApiError ? error : {};
  if (status === 403) return 'this token may not see this: it needs the scope admin';
  if (code === 'route_not_found') return 'this server does not tell: its version is older';
  return textOf(error);
}
