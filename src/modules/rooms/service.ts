import { authorize, decide, type RoomFacts } from '../../access/decide.ts';
import { FULL_PERMISSIONS, type Permissions, type TrackSource } from '../../access/permissions.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import { changeRoles, type Lowered, roleSet } from '../../access/roles.ts';
import type { RoomDefaults } from '../../config/config.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId, newRoomName } from '../../lib/ids.ts';
import { type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { EventKind } from '../events/model.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Room, RoomChange, RoomCreate } from './model.ts';
import type { RoomRepo, RoomRow } from './repo.ts';

const MADE_UP_NAME_TRIES = 5;

export interface RoomsDeps {
  readonly repo: RoomRepo;
  readonly events: EventRecorder;
  readonly live: LiveState;
  readonly clock: Clock;
  readonly defaults: RoomDefaults;
  /** The recording that stores a room's media right now. */
  readonly recordingOf: (name: string) => Room['recording'];
  /** Ends the LiveKit room, so that everyone in it is out. Resolves also when there is none. */
  readonly endLiveRoom: (name: string) => Promise<void>;
  /** argon2id in PHC form. Throws `busy`. */
  readonly hashPassword: (password: string) => Promise<string>;
  /** The room asks for approval from now on: who is in it stays let in. */
  readonly admitPresent: (room: RoomRow, by: Principal) => void;
  /** The room's permissions changed: brings those who are in it in line. */
  readonly applyPermissions: (room: RoomRow) => Promise<void>;
}

/** An event about a room, but for the room itself. */
export interface ToldOfRoom {
  readonly kind: Extract<EventKind, `room.${string}`>;
  readonly actor: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface VisibleRoom {
  readonly row: RoomRow;
  readonly facts: RoomFacts;
}

export interface Rooms {
  list(principal: Principal, query: { search?: string; cursor?: string; limit?: number }): Page<Room>;
  get(principal: Principal, name: string): Room;
  create(principal: Principal, body: RoomCreate): Promise<Room>;
  change(principal: Principal, name: string, change: RoomChange): Promise<Room>;
  /**
   * Stores what is left to everyone but moderators and brings those who are in the room in line; who may do that is
   * for the caller to ask.
   */
  setLowered(room: { readonly name: string }, lowered: Lowered | null, told: ToldOfRoom): Promise<Room>;
  /** Ends the meeting and removes the room with its members, denials and grants; its history stays. */
  delete(principal: Principal, name: string): Promise<void>;
  byName(name: string): RoomRow | undefined;
  /** The room, if this principal may know that it exists; throws `unauthenticated` or `room_not_found` otherwise. */
  visible(principal: Principal, name: string): VisibleRoom;
  /** The same for someone at its door, who may be a guest; whether they may know of it is decided there. */
  forJoin(principal: Principal, name: string): VisibleRoom;
  factsFor(principal: Principal, name: string): RoomFacts;
  present(row: RoomRow): Room;
  count(): number;
}

export function createRooms(deps: RoomsDeps): Rooms {
  const { repo, events, live, clock, defaults, endLiveRoom, applyPermissions } = deps;

  function present(row: RoomRow): Room {
    const session = live.room(row.name);
    return {
      name: row.name,
      title: row.title,
      access: row.access,
      state: row.state,
      locked: row.locked,
      approval: row.approval,
      hasPassword: row.passwordHash !== null,
      maxParticipants: row.maxParticipants,
      emptyTimeout: row.emptyTimeout,
      departureTimeout: row.departureTimeout,
      permissions: presentSet(shortForm(row)),
      roles: presentSets(row),
      autoRecord: row.autoRecord,
      consent: row.consent,
      lowered: row.lowered && presentLowered(row.lowered),
      ...live.counts(row.name),
      session: session ? { sid: session.sid, startedAt: toTimestamp(session.startedAt) } : null,
      recording: deps.recordingOf(row.name),
      createdAt: toTimestamp(row.createdAt),
      updatedAt: toTimestamp(row.updatedAt),
    };
  }

  function visible(principal: Principal, name: string): VisibleRoom {
    // Who isn't signed in learns that first, not which rooms there are.
    if (principal.kind === 'anyone') authorize(principal, 'room.read');
    const found = forJoin(principal, name);
    if (found.row.access === 'private' && !decide(principal, 'room.read', found.facts))
      throw roomNotFound(name);
    return found;
  }

  function forJoin(principal: Principal, name: string): VisibleRoom {
    const row = repo.byName(name);
    if (!row) throw roomNotFound(name);
    const facts: RoomFacts =
      principal.kind === 'user' ? { memberRole: repo.roleOf(row.id, principal.userId), roles: row } : {};
    return { row, facts };
  }

  function insertNamed(name: string | undefined, make: (name: string) => RoomRow): RoomRow {
    for (let attempt = 0; attempt < (name === undefined ? MADE_UP_NAME_TRIES : 1); attempt += 1) {
      const row = make(name ?? newRoomName());
      if (repo.insert(row)) return row;
    }
    throw new DomainError('room_exists', `There is a room named "${name}" already.`, {
      fix: 'Choose another name, or leave it out to have one made up.',
    });
  }

  /** Undefined: it stays as it is. Null: there is none. */
  async function hashOf(password: string | null | undefined): Promise<string | null | undefined> {
    return typeof password === 'string' ? deps.hashPassword(password) : password;
  }

  function stored(name: string, row: RoomRow | undefined): RoomRow {
    if (!row) throw roomNotFound(name);
    return row;
  }

  return {
    present,
    visible,
    forJoin,
    byName: repo.byName,
    count: repo.count,
    factsFor: (principal, name) => visible(principal, name).facts,

    list(principal, { search, cursor, limit = 100 }) {
      authorize(principal, 'rooms.list');
      const limited = principal.kind === 'user' && !decide(principal, 'room.read');
      const filter = { search, visibleTo: limited ? principal.userId : undefined };
      const rows = repo.list(filter, cursor, limit + 1);
      return pageOf(rows, limit, present, ({ name }) => name);
    },

    get(principal, name) {
      const { row, facts } = visible(principal, name);
      if (row.access !== 'public' || principal.kind === 'anyone') authorize(principal, 'room.read', facts);
      return present(row);
    },

    async create(principal, body) {
      authorize(principal, 'rooms.create');
      const passwordHash = (await hashOf(body.password)) ?? null;
      const now = clock.now();
      return events.inTransaction(() => {
        const row = insertNamed(body.name, (name) => ({
          id: newId('r', now),
          name,
          title: body.title ?? name,
          access: body.access ?? 'public',
          state: 'open',
          locked: body.locked ?? false,
          approval: body.approval ?? false,
          passwordHash,
          lowered: null,
          maxParticipants: body.maxParticipants ?? defaults.maxParticipants,
          emptyTimeout: body.emptyTimeout ?? Math.ceil(defaults.emptyTimeout / 1000),
          departureTimeout: body.departureTimeout ?? Math.ceil(defaults.departureTimeout / 1000),
          ...changeRoles(
            { permissions: body.permissions ?? FULL_PERMISSIONS, roles: {} },
            { roles: body.roles },
          ),
          autoRecord: body.autoRecord ?? false,
          consent: body.consent ?? false,
          createdBy: actorOf(principal),
          createdAt: now,
          updatedAt: now,
        }));
        if (principal.kind === 'user') repo.setMember(row.id, principal.userId, 'owner', now);
        const room = present(row);
        const after = settingsOf(row);
        events.record({
          kind: 'room.created',
          actor: actorOf(principal),
          room: row.name,
          data: { room },
          after,
        });
        return room;
      });
    },

    async change(principal, name, change) {
      const { row: before, facts } = visible(principal, name);
      // Who moderates may close the door for a while, and open it; the rest is the owner's.
      const onlyLock = Object.keys(change).join() === 'locked';
      const may = onlyLock && !decide(principal, 'room.change', facts) ? 'room.moderate' : 'room.change';
      authorize(principal, may, facts);
      const { permissions, roles, password, ...settings } = change;
      const changed = permissions || roles ? changeRoles(before, { permissions, roles }) : undefined;
      const passwordHash = await hashOf(password);
      const row = rolledBackWith(repo, () =>
        events.inTransaction(() => {
          const updated = stored(
            name,
            repo.update(name, {
              ...settings,
              ...changed,
              ...(passwordHash !== undefined && { passwordHash }),
              updatedAt: clock.now(),
            }),
          );
          if (updated.approval && !before.approval) deps.admitPresent(updated, principal);
          events.record({
            kind: 'room.changed',
            actor: actorOf(principal),
            room: name,
            data: { room: present(updated), change: withoutPassword(change) },
            before: settingsOf(before),
            after: settingsOf(updated),
          });
          return updated;
        }),
      );
      if (change.state === 'closed') await endLiveRoom(name);
      else if (changed) await applyPermissions(row);
      return present(row);
    },

    async setLowered({ name }, lowered, { kind, actor, data }) {
      const before = stored(name, repo.byName(name)).lowered;
      const row = rolledBackWith(repo, () =>
        events.inTransaction(() => {
          const updated = stored(name, repo.update(name, { lowered, updatedAt: clock.now() }));
          const room = present(updated);
          events.record({ kind, actor, room: name, data: { ...data, room }, before, after: lowered });
          return updated;
        }),
      );
      await applyPermissions(row);
      return present(row);
    },

    async delete(principal, name) {
      const { row, facts } = visible(principal, name);
      authorize(principal, 'room.delete', facts);
      rolledBackWith(repo, () =>
        events.inTransaction(() => {
          repo.delete(name);
          events.record({
            kind: 'room.deleted',
            actor: actorOf(principal),
            room: name,
            data: { room: null },
            before: settingsOf(row),
            after: null,
          });
        }),
      );
      await endLiveRoom(name);
    },
  };
}

const presentSet = <T extends { publish: readonly TrackSource[] }>(set: T) => ({
  ...set,
  publish: [...set.publish],
});

const presentLowered = (lowered: Lowered) => ({ ...presentSet(lowered), except: [...lowered.except] });

/** What attendees may do, whatever is lowered for now. */
function shortForm(row: RoomRow): Permissions {
  const { publish, subscribe, data, hidden } = roleSet('attendee', row);
  return { publish, subscribe, data, hidden };
}

const presentSets = (row: RoomRow): Room['roles'] => ({
  owner: presentSet(roleSet('owner', row)),
  moderator: presentSet(roleSet('moderator', row)),
  attendee: presentSet(roleSet('attendee', row)),
  guest: presentSet(roleSet('guest', row)),
});
/** What was asked for, as the event tells it: that there is another password, not which. */
function withoutPassword({ password, ...rest }: RoomChange): Record<string, unknown> {
  return password === undefined ? rest : { ...rest, hasPassword: password !== null };
}

function rolledBackWith<T>(repo: RoomRepo, run: () => T): T {
  try {
    return run();
  } catch (error) {
    repo.forget();
    throw error;
  }
}

/** What of a room is for people to change. */
function settingsOf({ id: _, createdAt: __, updatedAt: ___, passwordHash, ...settings }: RoomRow) {
  return { ...settings, hasPassword: passwordHash !== null };
}

export function roomNotFound(name: string): DomainError {
  return new DomainError('room_not_found', `There is no room named "${name}".`, {
    fix: 'Check the name, or create it: didar room create, POST /api/room.',
  });
}
