import type { Database } from '../../db/open.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { idOf, type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Denial } from '../rooms/model.ts';
import { createDenialIndex } from './index-of-denials.ts';
import { createDenialRepo, type DenialRow } from './repo.ts';

const PRUNE_EVERY_MS = 3_600_000;

export interface NewDenial {
  readonly room: { readonly id: string; readonly name: string };
  readonly kind: 'kick' | 'ban';
  readonly identity: string;
  /** Display name, for the list; null when it isn't known. */
  readonly name: string | null;
  /** Guests from this address are kept out too, for a time: a guest has a new identity for the asking. */
  readonly address?: { readonly address: string; readonly until: number };
  readonly by: string;
}

export interface Denials {
  /** The denial that keeps this identity, or this address, out of the room now. Costs two map lookups. */
  denied(roomId: string, identity: string | undefined, address?: string): Denial | undefined;
  /** Keeps someone out until it is lifted. A kick that becomes a ban is replaced; the same again is the same denial. */
  create(denial: NewDenial): Denial;
  /** Lets someone in again, their address included. Throws `denial_not_found`. */
  lift(room: { readonly id: string; readonly name: string }, id: string, by: string): void;
  list(roomId: string, query: { cursor?: string; limit?: number }): Page<Denial>;
  /** Removes the expired ones, now and every hour, until the returned function is called. */
  keepBounded(): () => void;
}

export interface DenialsDeps {
  readonly db: Pick<Database, 'orm'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

export function createDenials({ db, events, clock }: DenialsDeps): Denials {
  const repo = createDenialRepo(db);
  const index = createDenialIndex();
  for (const row of repo.all()) index.put(row);

  function rowOf(denial: NewDenial, of: NewDenial['address'], now: number): DenialRow {
    return {
      id: newId('d', now),
      roomId: denial.room.id,
      kind: denial.kind,
      identity: denial.identity,
      address: of?.address ?? null,
      name: denial.name,
      createdBy: denial.by,
      createdAt: now,
      expiresAt: of?.until ?? null,
    };
  }

  return {
    denied(roomId, identity, address) {
      const row = index.find(roomId, identity, address, clock.now());
      return row && shown(row);
    },

    create(denial) {
      const now = clock.now();
      const before = index.of(denial.room.id, denial.identity);
      const same = before.find((row) => row.address === null && row.kind === denial.kind);
      const earlier = before.find((row) => row.address === null);
      const added = same ? [] : [rowOf(denial, undefined, now)];
      if (denial.address !== undefined) added.push(rowOf(denial, denial.address, now));
      const removed = before.filter((row) => row !== same);
      const row = same ?? added[0];
      if (!row) throw new Error('a denial has a row for its identity');
      events.inTransaction(() => {
        for (const { id } of removed) repo.delete(id);
        for (const each of added) repo.insert(each);
        if (!same) {
          events.record({
            kind: 'denial.created',
            actor: denial.by,
            room: denial.room.name,
            identity: denial.identity,
            data: { denial: shown(row) },
            before: earlier ? shown(earlier) : null,
            after: shown(row),
          });
        }
      });
      for (const each of removed) index.remove(each);
      for (const each of added) index.put(each);
      return shown(row);
    },

    lift(room, id, by) {
      const row = index.get(id);
      if (!row || row.roomId !== room.id) throw notFound(id);
      const rows = row.identity === null || row.address !== null ? [row] : index.of(room.id, row.identity);
      events.inTransaction(() => {
        for (const each of rows) repo.delete(each.id);
        events.record({
          kind: 'denial.lifted',
          actor: by,
          room: room.name,
          identity: row.identity,
          data: { denial: shown(row) },
          before: shown(row),
        });
      });
      for (const each of rows) index.remove(each);
    },

    list(roomId, { cursor, limit = 100 }) {
      const rows = repo.list(roomId, clock.now(), cursor, limit + 1);
      return pageOf(rows, limit, shown, idOf);
    },

    keepBounded() {
      const prune = () => {
        repo.deleteExpired(clock.now());
        for (const row of index.expired(clock.now())) index.remove(row);
      };
      prune();
      return clock.every(PRUNE_EVERY_MS, prune);
    },
  };
}

function shown({ roomId: _, createdAt, expiresAt, ...rest }: DenialRow): Denial {
  return {
    ...rest,
    createdAt: toTimestamp(createdAt),
    expiresAt: expiresAt === null ? null : toTimestamp(expiresAt),
  };
}

function notFound(id: string): DomainError {
  return new DomainError('denial_not_found', `Nobody is kept out of this room by "${id}".`, {
    fix: 'It may be lifted or over already: GET /api/room/:name/denials lists those in force.',
  });
}
