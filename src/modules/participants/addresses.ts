const KEPT = 20_000;

/** From which address each identity last joined a room or connected to it: a kicked guest's address is kept out too. */
export interface Addresses {
  set(room: string, identity: string, address: string): void;
  of(room: string, identity: string): string | undefined;
}

export function createAddresses(): Addresses {
  const known = new Map<string, string>();
  return {
    set(room, identity, address) {
      const key = `${room} ${identity}`;
      known.delete(key);
      known.set(key, address);
      if (known.size > KEPT) known.delete(known.keys().next().value ?? '');
    },
    of: (room, identity) => known.get(`${room} ${identity}`),
  };
}
