/** Told about each change of a collection, at once and in order. */
export interface Watcher<T> {
  put(item: T, before: T | undefined): void;
  deleted(item: T): void;
  /** Everything may be different. */
  replaced(): void;
}

/** Immutable items by id, and who wants to know of their changes. */
export interface Collection<T> {
  readonly size: number;
  readonly idOf: (item: T) => string;
  get(id: string): T | undefined;
  values(): Iterable<T>;
  put(item: T): void;
  delete(id: string): void;
  replace(items: Iterable<T>): void;
  watch(watcher: Watcher<T>): () => void;
}

/** A collection as those see it who only look at it. */
export type Source<T> = Pick<Collection<T>, 'idOf' | 'get' | 'values' | 'watch'>;

export function createCollection<T>(idOf: (item: T) => string): Collection<T> {
  let items = new Map<string, T>();
  const watchers = new Set<Watcher<T>>();

  return {
    get size() {
      return items.size;
    },
    idOf,
    get: (id) => items.get(id),
    values: () => items.values(),
    put(item) {
      const id = idOf(item);
      const before = items.get(id);
      items.set(id, item);
      for (const watcher of watchers) watcher.put(item, before);
    },
    delete(id) {
      const item = items.get(id);
      if (item === undefined) return;
      items.delete(id);
      for (const watcher of watchers) watcher.deleted(item);
    },
    replace(all) {
      items = new Map([...all].map((item) => [idOf(item), item]));
      for (const watcher of watchers) watcher.replaced();
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}
