import { decide } from '../../access/decide.ts';
import { type Comer, type Door, type InviteRole, roleAtDoor } from '../../access/enter.ts';
import type { Principal, RoomRole } from '../../access/principal.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Bringer } from '../../livekit/tokens/join-token.ts';
import type { JoinDeps } from './join.ts';
import type { JoinRequest } from './model.ts';
import { refusalOf } from './refusals.ts';
import type { RoomRow } from './repo.ts';
import type { VisibleRoom } from './service.ts';

/** Someone at a room's door who may be there. */
export interface Arrival {
  readonly room: RoomRow;
  readonly identity: string;
  readonly name: string;
  readonly role: RoomRole;
  /** By which a guest comes back as the same one. */
  readonly guest?: string;
  /** The invitation that they come by, which holds. */
  readonly invite?: { readonly id: string; readonly role: InviteRole };
  /** They need not be let in by what the room is to everyone. */
  readonly brought: Bringer | undefined;
  /** A program that may moderate the room brings them. */
  readonly vouched: boolean;
}

type Deps = Pick<JoinDeps, 'rooms' | 'live' | 'clock' | 'guestsAllowed' | 'guests' | 'invites'>;

/** Finds out who comes to which room, and as what. Throws when they have no business there. */
export function createArrivals({ rooms, live, clock, guestsAllowed, guests, invites }: Deps) {
  function door(room: RoomRow): Door {
    return {
      access: room.access,
      guests: guestsAllowed,
      closed: room.state === 'closed',
      locked: room.locked,
      full: live.counts(room.name).participants >= room.maxParticipants,
      password: room.passwordHash !== null,
      approval: room.approval,
    };
  }

  function comerOf(principal: Principal, { row, facts }: VisibleRoom, invite: Comer['invite']): Comer {
    if (principal.kind === 'anyone') return { kind: 'guest', invite };
    if (principal.kind === 'user') {
      return { kind: 'user', admin: principal.role === 'admin', memberRole: facts.memberRole, invite };
    }
    return {
      kind: 'program',
      invite,
      mayKnow: row.access !== 'private' || decide(principal, 'room.read', facts),
    };
  }

  function arrive(principal: Principal, body: JoinRequest): Arrival {
    const found = rooms.forJoin(principal, body.room);
    const { row: room, facts } = found;
    const isUser = principal.kind === 'user';
    const known = isUser || body.guest === undefined ? undefined : guests.verify(body.guest);
    const presented =
      body.invite === undefined
        ? undefined
        : invites.present(room, body.invite, isUser ? principal.userId : known?.identity);
    const invite = presented?.id === undefined ? undefined : presented;
    const comer = comerOf(principal, found, invite?.role ?? (presented ? 'invalid' : undefined));
    const role = roleAtDoor(door(room), comer);
    if (typeof role !== 'string') {
      throw refusalOf(role.refusal, room, presented?.id === undefined ? presented?.why : undefined);
    }
    const common = {
      room,
      role,
      ...(invite && { invite }),
      brought: bringerOf(comer, invite),
      vouched: comer.kind === 'program' && decide(principal, 'room.moderate', facts),
    };
    if (isUser) return { ...common, identity: principal.userId, name: body.name ?? principal.name };
    const name = body.name ?? known?.name;
    if (name === undefined) throw nameRequired();
    const identity = known?.identity ?? newId('g', clock.now());
    return { ...common, identity, name, guest: guests.sign(identity, name) };
  }

  return { door, arrive };
}

function bringerOf({ kind }: Comer, invite: object | undefined): Bringer | undefined {
  if (kind === 'program') return 'program';
  return invite && 'invitation';
}

const nameRequired = () =>
  new DomainError('name_required', 'A guest needs a display name.', {
    fix: 'Send "name" with the request, or log in.',
  });
