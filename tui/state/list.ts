import { fold } from '../text/fold.ts';
import type { Source } from './collection.ts';
import { type Compare, createSorted, type Sorted } from './sorted.ts';

export interface ListOptions<T> {
  readonly source: Source<T>;
  readonly compare: Compare<T>;
  /** Which items of the source belong to this list at all; all by default. */
  readonly belongs?: (item: T) => boolean;
  /** What the filter looks through. */
  readonly textOf: (item: T) => string;
  /** Keeps the cursor on the last row as rows come, until it is moved away. */
  readonly follow?: boolean;
}

/** What of a list is on the screen. */
export interface ListWindow<T> {
  readonly rows: readonly T[];
  /** Which of `rows` is selected, -1 for none. */
  readonly cursor: number;
}

/** A sorted, filtered list with a cursor that stays on its item: rows that come and go never move what is selected. */
export interface List<T> {
  readonly selected: T | undefined;
  /** Those that match the filter, in order. */
  readonly items: readonly T[];
  readonly filter: string;
  readonly following: boolean;
  /** How many items match the filter, and how many there are without it. */
  readonly counts: { readonly matched: number; readonly total: number };
  /** The rows for a window of `height` lines, scrolled so that the cursor is in it. */
  window(height: number): ListWindow<T>;
  move(by: number): void;
  page(direction: 1 | -1): void;
  first(): void;
  last(): void;
  select(id: string): boolean;
  setFilter(filter: string): void;
  setOrder(compare: Compare<T>): void;
  /** Other items of the source are of this list from now on. */
  setBelongs(belongs: (item: T) => boolean): void;
  setFollowing(follow: boolean): void;
  /** Stops listening to the source. */
  close(): void;
}

export function createList<T>(options: ListOptions<T>): List<T> {
  const { source, textOf } = options;
  let belongs = options.belongs ?? (() => true);
  let order = options.compare;
  let filter = '';
  let words: readonly string[] = [];
  let following = options.follow ?? false;
  let total = 0;
  let cursor = -1;
  let top = 0;
  let height = 1;
  let selected: T | undefined;
  let sorted: Sorted<T>;
  rebuild();

  function shown(item: T): boolean {
    if (!belongs(item)) return false;
    if (words.length === 0) return true;
    const text = fold(textOf(item));
    return words.every((word) => text.includes(word));
  }

  function rebuild(): void {
    const line = cursor - top;
    const id = selected === undefined ? undefined : source.idOf(selected);
    const all = [...source.values()].filter(belongs);
    total = all.length;
    const byId = (a: T, b: T) =>
      source.idOf(a) < source.idOf(b) ? -1 : source.idOf(a) > source.idOf(b) ? 1 : 0;
    sorted = createSorted(all.filter(shown), (a, b) => order(a, b) || byId(a, b));
    const kept = id === undefined ? undefined : source.get(id);
    const at = kept === undefined ? -1 : sorted.indexOf(kept);
    place(at >= 0 ? at : Math.max(cursor, 0), line);
  }

  /** Puts the cursor on a row, `line` lines below the top of the window. */
  function place(index: number, line: number): void {
    const last = sorted.items.length - 1;
    cursor = following ? last : Math.min(index, last);
    selected = sorted.items[cursor];
    top = cursor - line;
  }

  function inserted(index: number): void {
    if (cursor < 0 || following) {
      place(0, cursor - top);
    } else if (index <= cursor) {
      cursor += 1;
      top += 1;
    }
  }

  function removed(index: number): void {
    if (index === cursor) {
      place(cursor, cursor - top);
    } else if (index < cursor) {
      cursor -= 1;
      top -= 1;
    }
  }

  const unwatch = source.watch({
    put(item, before) {
      if (before !== undefined && belongs(before)) total -= 1;
      if (belongs(item)) total += 1;
      const old = before !== undefined && shown(before) ? sorted.indexOf(before) : -1;
      const stays = shown(item);
      const line = cursor - top;
      const wasSelected = old >= 0 && old === cursor;
      if (old >= 0 && stays && sorted.swap(old, item)) {
        if (wasSelected) selected = item;
        return;
      }
      if (before !== undefined && old >= 0) {
        sorted.remove(before);
        removed(old);
      }
      if (!stays) return;
      const index = sorted.insert(item);
      if (wasSelected) place(index, line);
      else inserted(index);
    },
    deleted(item) {
      if (belongs(item)) total -= 1;
      if (!shown(item)) return;
      const index = sorted.remove(item);
      if (index >= 0) removed(index);
    },
    replaced: rebuild,
  });

  function moveTo(index: number): void {
    const last = sorted.items.length - 1;
    cursor = Math.max(Math.min(index, last), Math.min(last, 0));
    selected = sorted.items[cursor];
    if (options.follow) following = cursor === last;
  }

  return {
    get selected() {
      return selected;
    },
    get items() {
      return sorted.items;
    },
    get filter() {
      return filter;
    },
    get following() {
      return following;
    },
    get counts() {
      return { matched: sorted.items.length, total };
    },
    window(lines) {
      height = Math.max(1, lines);
      top = Math.min(Math.max(top, cursor - height + 1), Math.max(cursor, 0));
      top = Math.max(0, Math.min(top, sorted.items.length - height));
      const rows = sorted.items.slice(top, top + height);
      return { rows, cursor: cursor - top };
    },
    move: (by) => moveTo(cursor + by),
    page: (direction) => moveTo(cursor + direction * Math.max(1, height - 1)),
    first: () => moveTo(0),
    last: () => moveTo(sorted.items.length - 1),
    select(id) {
      const item = source.get(id);
      const index = item === undefined ? -1 : sorted.indexOf(item);
      if (index >= 0) moveTo(index);
      return index >= 0;
    },
    setFilter(text) {
      filter = text;
      words = fold(text).split(/\s+/).filter(Boolean);
      rebuild();
    },
    setOrder(compare) {
      order = compare;
      rebuild();
    },
    setBelongs(next) {
      belongs = next;
      rebuild();
    },
    setFollowing(follow) {
      following = follow;
      if (follow) moveTo(sorted.items.length - 1);
    },
    close: unwatch,
  };
}
