import { createRecentMap } from '../../lib/recent-map.ts';

const KEPT = 20_000;

/** By which login each identity last came to a room, as the gate saw it: they are out when that login is ended. */
export interface LoginMarks {
  set(room: string, identity: string, mark: string | undefined): void;
  of(room: string, identity: string): string | undefined;
}

export function createLoginMarks(): LoginMarks {
  const known = createRecentMap<string, string>(KEPT);
  return {
    set(room, identity, mark) {
      if (mark === undefined) known.delete(`${room} ${identity}`);
      else known.set(`${room} ${identity}`, mark);
    },
    of: (room, identity) => known.get(`${room} ${identity}`),
  };
}
