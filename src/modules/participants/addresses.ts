import { createRecentMap } from '../../lib/recent-map.ts';

const KEPT = 20_000;

/** From which address each identity last joined a room or connected to it: a kicked guest's address is kept out too. */
export interface Addresses {
  set(room: string, identity: string, address: string): void;
  of(room: string, identity: string): string | undefined;
}

export function createAddresses(): Addresses {
  const known = createRecentMap<string, string>(KEPT);
  return {
    set: (room, identity, address) => known.set(`${room} ${identity}`, address),
    of: (room, identity) => known.get(`${room} ${identity}`),
  };
}
