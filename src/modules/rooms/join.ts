import { refuseRejected } from '../../access/decide.ts';
import type { Permissions } from '../../access/permissions.ts';
import { type Principal, type RoomRole, roleOfUser } from '../../access/principal.ts';
import { effectivePermissions } from '../../access/roles.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { JoinGrant } from '../../livekit/tokens/join-token.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import type { LiveState } from '../live/live-state.ts';
import type { JoinAnswer, JoinRequest } from './model.ts';
import type { RoomRow } from './repo.ts';
import { type Rooms, roomNotFound } from './service.ts';

export interface JoinDeps {
  readonly rooms: Pick<Rooms, 'forJoin'>;
  readonly live: LiveState;
  readonly clock: Clock;
  /** Milliseconds a join token is good for. */
  readonly ttl: number;
  readonly guestsAllowed: boolean;
  readonly sign: (grant: JoinGrant) => string;
  readonly guests: {
    /** A token by which this guest comes back as the same one. */
    sign(identity: string, name: string): string;
    /** Undefined for one that is forged or too old. */
    verify(token: string): { identity: string; name: string } | undefined;
  };
  readonly isDenied: (roomId: string, identity: string, address: string | undefined) => boolean;
  /** From where a guest joined, in case that the guest is kicked. */
  readonly remember: (room: string, identity: string, address: string) => void;
  /** Whether the room's media is being stored right now. */
  readonly isRecorded: (room: string) => boolean;
  /** Everyone is to agree to being recorded, whatever the room says. */
  readonly consent: boolean;
  readonly grantOf: (roomId: string, identity: string) => Permissions | undefined;
  /** Throws `server_draining` or `livekit_unavailable` while nobody can be let in. */
  readonly assertOpen: () => void;
  /** The ws(s):// URL for a client that reached us by this request. */
  readonly urlFor: (request: Request, client: ClientInfo) => string;
}

interface Person {
  readonly identity: string;
  readonly name: string;
  readonly role: RoomRole;
  readonly guest?: string;
}

export type Join = (
  principal: Principal,
  body: JoinRequest,
  request: Request,
  client: ClientInfo,
) => JoinAnswer;

/** Decides whether this person may come in, and signs exactly what they may do there. */
export function createJoin(deps: JoinDeps): Join {
  const { rooms, live, clock, ttl, sign, guests, isDenied, grantOf, assertOpen, urlFor } = deps;

  function guestOf(body: JoinRequest): Person {
    const known = body.guest === undefined ? undefined : guests.verify(body.guest);
    const name = body.name ?? known?.name;
    if (name === undefined) {
      throw new DomainError('name_required', 'A guest needs a display name.', {
        fix: 'Send "name" with the request, or log in.',
      });
    }
    const identity = known?.identity ?? newId('g', clock.now());
    return { identity, name, role: 'guest', guest: guests.sign(identity, name) };
  }

  function personOf(principal: Principal, body: JoinRequest): { room: RoomRow; person: Person } {
    const { row: room, facts } = rooms.forJoin(principal, body.room);
    if (principal.kind === 'user') {
      const { memberRole } = facts;
      const role = roleOfUser(principal.role, memberRole);
      if (memberRole === undefined && principal.role !== 'admin' && room.access !== 'public')
        throw notAllowed(room);
      return { room, person: { identity: principal.userId, name: body.name ?? principal.name, role } };
    }
    if (principal.kind === 'anyone') {
      if (room.access === 'private') throw roomNotFound(room.name);
      if (room.access !== 'public' || !deps.guestsAllowed) throw guestNotAllowed(room);
    }
    return { room, person: guestOf(body) };
  }

  function assertRoom(room: RoomRow, person: Person, address: string | undefined): void {
    const moderates = person.role === 'owner' || person.role === 'moderator';
    const present = live.participant(room.name, person.identity) !== undefined;
    // Other guests behind a denied address who are in already may come back.
    if (isDenied(room.id, person.identity, present ? undefined : address)) throw denied(room);
    if (room.state === 'closed') throw closed(room);
    if (room.locked && !moderates && !present) throw locked(room);
    if (!present && live.counts(room.name).participants >= room.maxParticipants) throw full(room);
  }

  return (principal, body, request, client) => {
    refuseRejected(principal);
    assertOpen();
    const { room, person } = personOf(principal, body);
    // A program that joins on a guest's behalf has an address of its own, which says nothing about the guest.
    const address = principal.kind === 'anyone' && client.transport === 'tcp' ? client.address : undefined;
    assertRoom(room, person, address);
    if (address !== undefined) deps.remember(room.name, person.identity, address);
    const permissions = effectivePermissions(room, {
      identity: person.identity,
      role: person.role,
      grant: grantOf(room.id, person.identity),
    });
    const expiresAt = clock.now() + ttl;
    const token = sign({
      room: room.name,
      identity: person.identity,
      name: person.name,
      role: person.role,
      permissions,
      expiresAt,
      roomConfig: {
        emptyTimeout: room.emptyTimeout,
        departureTimeout: room.departureTimeout,
        maxParticipants: room.maxParticipants,
      },
    });
    return {
      url: urlFor(request, client),
      token,
      room: room.name,
      identity: person.identity,
      name: person.name,
      role: person.role,
      permissions: { ...permissions, publish: [...permissions.publish] },
      expiresAt: toTimestamp(expiresAt),
      recording: room.autoRecord || deps.isRecorded(room.name),
      consent: room.consent || deps.consent,
      ...(person.guest !== undefined && { guest: person.guest }),
    };
  };
}

const notAllowed = (room: RoomRow) =>
  new DomainError('join_not_allowed', `Only members may join "${room.name}".`, {
    fix: 'Ask an owner or moderator of the room to make you a member.',
  });

const guestNotAllowed = (room: RoomRow) =>
  new DomainError('guests_not_allowed', `Guests may not join "${room.name}".`, {
    fix: 'Log in with an account of this server; an owner can make the room public (didar room set --access public).',
  });

const denied = (room: RoomRow) =>
  new DomainError('join_denied', `You were removed from "${room.name}" and may not come back yet.`, {
    fix: 'A moderator can lift this: didar room admit, DELETE /api/room/:name/denials/:id.',
  });

const closed = (room: RoomRow) =>
  new DomainError('room_closed', `"${room.name}" is closed.`, {
    fix: 'An owner can open it again: didar room open.',
  });

const locked = (room: RoomRow) =>
  new DomainError('room_locked', `"${room.name}" is locked: nobody new comes in.`, {
    fix: 'Ask someone in the room to unlock it.',
  });

const full = (room: RoomRow) =>
  new DomainError('room_full', `"${room.name}" is full (${room.maxParticipants}).`, {
    fix: 'Wait until someone leaves, or raise maxParticipants of the room.',
  });
