import { createRecentMap } from '../../lib/recent-map.ts';
import type { Connection } from './repo.ts';

const KEPT = 5_000;

/** How stays are connected, by participant SID. The log often tells it before the webhook tells that someone joined. */
export interface Connections {
  of(sid: string): Connection | undefined;
  set(sid: string, connection: Connection): void;
}

export function createConnections(): Connections {
  const known = createRecentMap<string, Connection>(KEPT);
  return {
    of: (sid) => known.get(sid),
    set: (sid, connection) => known.set(sid, connection),
  };
}
