import type { Relay } from './relay.ts';

/** The signalling connections there are, by whose they are. */
export interface Relays {
  add(relay: Relay): void;
  remove(relay: Relay): void;
  of(room: string, identity: string): readonly Relay[];
  all(): readonly Relay[];
  size(): number;
}

/** @param onHolds told when an identity in a room gets its first one, and when it has lost its last */
export function createRelays(
  onHolds: (room: string, identity: string, holds: boolean) => void = () => undefined,
): Relays {
  const relays = new Map<string, Set<Relay>>();
  let count = 0;
  const key = (room: string, identity: string) => `${room}\n${identity}`;

  return {
    add(relay) {
      const owner = key(relay.room, relay.identity);
      const own = relays.get(owner) ?? new Set();
      relays.set(owner, own.add(relay));
      count++;
      if (own.size === 1) onHolds(relay.room, relay.identity, true);
    },
    remove(relay) {
      const owner = key(relay.room, relay.identity);
      const own = relays.get(owner);
      if (!own?.delete(relay)) return;
      count--;
      if (own.size > 0) return;
      relays.delete(owner);
      onHolds(relay.room, relay.identity, false);
    },
    of: (room, identity) => [...(relays.get(key(room, identity)) ?? [])],
    all: () => [...relays.values()].flatMap((own) => [...own]),
    size: () => count,
  };
}
