export type Compare<T> = (a: T, b: T) => number;

/**
 * An array kept in order under single insertions and removals, so that one change among thousands of rows costs a
 * binary search, not a sort. `compare` must be total: no two items of the list equal.
 */
export interface Sorted<T> {
  readonly items: readonly T[];
  /** Where an item stands, -1 when it is not there. The item must compare as it did when it was inserted. */
  indexOf(item: T): number;
  /** The index it got. */
  insert(item: T): number;
  /** The index it had, -1 when it was not there. */
  remove(item: T): number;
  /** Puts `item` at `index` where that keeps the order. */
  swap(index: number, item: T): boolean;
}

export function createSorted<T>(initial: Iterable<T>, compare: Compare<T>): Sorted<T> {
  const items = [...initial].sort(compare);

  function place(item: T): number {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(items[middle] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function indexOf(item: T): number {
    const index = place(item);
    return index < items.length && compare(items[index] as T, item) === 0 ? index : -1;
  }

  return {
    items,
    indexOf,
    insert(item) {
      const index = place(item);
      items.splice(index, 0, item);
      return index;
    },
    remove(item) {
      const index = indexOf(item);
      if (index >= 0) items.splice(index, 1);
      return index;
    },
    swap(index, item) {
      const above = items[index - 1];
      const below = items[index + 1];
      if (above !== undefined && compare(above, item) > 0) return false;
      if (below !== undefined && compare(item, below) > 0) return false;
      items[index] = item;
      return true;
    },
  };
}
