import type { Relay } from './relay.ts';

/** The signalling connections there are, by whose they are. */
export interface Relays {
  add(relay: Relay): void;
  remove(relay: Relay): void;
  of(room: string, identity: string): readonly Relay[];
  all(): readonly Relay[];
  size(): number;
}

export function createRelays(): Relays {
  const relays = new Map<string, Set<Relay>>();
  let count = 0;
  const key = (room: string, identity: string) => `${room}\n${identity}`;

  return {
    add(relay) {
      const owner = key(relay.room, relay.identity);
      const own = relays.get(owner) ?? new Set();
      relays.set(owner, own.add(relay));
      count++;
    },
    remove(relay) {
      const owner = key(relay.room, relay.identity);
      const own = relays.get(owner);
      if (!own?.delete(relay)) return;
      if (own.size === 0) relays.delete(owner);
      count--;
    },
    of: (room, identity) => [...(relays.get(key(room, identity)) ?? [])],
    all: () => [...relays.values()].flatMap((own) => [...own]),
    size: () => count,
  };
}
