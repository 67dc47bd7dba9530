import type { Connection } from './repo.ts';

const KEPT = 5_000;

/** How stays are connected, by participant SID. The log often tells it before the webhook tells that someone joined. */
export interface Connections {
  of(sid: string): Connection | undefined;
  set(sid: string, connection: Connection): void;
}

export function createConnections(): Connections {
  const known = new Map<string, Connection>();
  return {
    of: (sid) => known.get(sid),
    set(sid, connection) {
      known.delete(sid);
      known.set(sid, connection);
      if (known.size > KEPT) known.delete(known.keys().next().value ?? '');
    },
  };
}
