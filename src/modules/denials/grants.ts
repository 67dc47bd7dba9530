import type { Permissions } from '../../access/permissions.ts';
import type { Database } from '../../db/open.ts';
import type { Clock } from '../../lib/clock.ts';
import { createGrantRepo } from './repo.ts';

/** Permissions of one identity in one room that differ from its role's; they outlive the stay. */
export interface Grants {
  of(roomId: string, identity: string): Permissions | undefined;
  set(roomId: string, identity: string, permissions: Permissions): void;
  clear(roomId: string, identity: string): void;
}

export function createGrants({ db, clock }: { db: Pick<Database, 'orm'>; clock: Clock }): Grants {
  const repo = createGrantRepo(db);
  const keyOf = (roomId: string, identity: string) => `${roomId} ${identity}`;
  // Asked for everyone in every room every few seconds, and nearly nobody has one. A key without a row (lifted, or
  // rolled back) does no harm, so none is ever taken out.
  const granted = new Set(repo.keys().map(({ roomId, identity }) => keyOf(roomId, identity)));

  return {
    of: (roomId, identity) =>
      granted.has(keyOf(roomId, identity)) ? repo.find(roomId, identity) : undefined,
    set(roomId, identity, permissions) {
      granted.add(keyOf(roomId, identity));
      repo.save(roomId, identity, permissions, clock.now());
    },
    clear: repo.delete,
  };
}
