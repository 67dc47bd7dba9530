/** A map that forgets what was set long ago. */
export interface RecentMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

/**
 * Keeps at least the `kept` entries that were set last, and at most twice as many: when the newer half is full, the
 * older one is let go as a whole. (Deleting the oldest entry of a Map each time is slow in JavaScriptCore, which
 * walks over what was deleted: with 20,000 entries it took 7 % of every join.)
 */
export function createRecentMap<Key, Value>(kept: number): RecentMap<Key, Value> {
  let newer = new Map<Key, Value>();
  let older = new Map<Key, Value>();
  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set(key, value) {
      newer.set(key, value);
      if (newer.size < kept) return;
      older = newer;
      newer = new Map();
    },
    delete(key) {
      newer.delete(key);
      older.delete(key);
    },
  };
}
