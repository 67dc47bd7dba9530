import type { Source } from './collection.ts';

/** Several items chosen for one action. Who goes away is no longer among them. */
export interface Marks<T> {
  /** A new set after each change. */
  readonly ids: ReadonlySet<string>;
  items(): T[];
  toggle(item: T): void;
  /** Marks all of them; takes the marks away where all of them are marked. */
  toggleAll(items: readonly T[]): void;
  clear(): void;
}

export function createMarks<T>(source: Source<T>): Marks<T> {
  let ids: ReadonlySet<string> = new Set();
  const without = (id: string) => new Set([...ids].filter((kept) => kept !== id));

  source.watch({
    put: () => undefined,
    deleted(item) {
      if (ids.has(source.idOf(item))) ids = without(source.idOf(item));
    },
    replaced() {
      ids = new Set([...ids].filter((id) => source.get(id) !== undefined));
    },
  });

  return {
    get ids() {
      return ids;
    },
    items: () => [...ids].flatMap((id) => source.get(id) ?? []),
    toggle(item) {
      const id = source.idOf(item);
      ids = ids.has(id) ? without(id) : new Set([...ids, id]);
    },
    toggleAll(items) {
      const all = items.map(source.idOf);
      ids = all.every((id) => ids.has(id)) ? new Set() : new Set([...ids, ...all]);
    },
    clear() {
      if (ids.size > 0) ids = new Set();
    },
  };
}
