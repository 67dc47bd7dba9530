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
  return {
    of: repo.find,
    set: (roomId, identity, permissions) => repo.save(roomId, identity, permissions, clock.now()),
    clear: repo.delete,
  };
}
