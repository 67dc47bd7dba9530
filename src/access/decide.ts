import { DomainError } from '../lib/errors.ts';
import type { MemberRole, Principal, RoomRole } from './principal.ts';
import { type RoomRoles, ranksAbove, roleSet } from './roles.ts';

/** Everything that can be asked of the server; each route names exactly one. */
export const ACTIONS = [
  'system.read',
  'system.manage',
  'users.manage',
  'tokens.manage',
  'rooms.list',
  'rooms.create',
  'room.read',
  'room.change',
  'room.delete',
  'room.moderate',
  'room.members',
  'room.invite',
  'room.events',
  'room.record',
  'recordings.read',
  'events.read',
] as const;
export type Action = (typeof ACTIONS)[number];

/** What the decision needs to know of a room, and of the asker's place in it. */
export interface RoomFacts {
  /** The asker's membership, if any. */
  readonly memberRole?: MemberRole;
  /** What the room says about its roles; without it, what a new room says. */
  readonly roles?: RoomRoles;
  /** The role of whoever it is done to, or that is given: the asker must not rank below it. */
  readonly over?: RoomRole;
}

const NEEDED_SCOPE: Record<Action, 'read' | 'rooms' | 'moderate' | 'admin'> = {
  'system.read': 'read',
  'system.manage': 'admin',
  'users.manage': 'admin',
  'tokens.manage': 'admin',
  'rooms.list': 'read',
  'rooms.create': 'rooms',
  'room.read': 'read',
  'room.change': 'rooms',
  'room.delete': 'rooms',
  'room.moderate': 'moderate',
  'room.members': 'rooms',
  'room.invite': 'rooms',
  'room.events': 'read',
  'room.record': 'moderate',
  'recordings.read': 'read',
  'events.read': 'read',
};

/** What a member needs for it: to be one, to be an owner, or a right that the room gives the member's role. */
const NEEDED_IN_ROOM: Partial<Record<Action, 'membership' | 'ownership' | 'moderate' | 'record' | 'invite'>> =
  {
    'room.read': 'membership',
    'room.change': 'ownership',
    'room.delete': 'ownership',
    'room.moderate': 'moderate',
    'room.members': 'moderate',
    'room.invite': 'invite',
    'room.events': 'moderate',
    'room.record': 'record',
  };

const EVERY_USER_MAY: ReadonlySet<Action> = new Set<Action>(['rooms.list', 'rooms.create']);

/** The one place where authorization is decided. Pure: the same question has the same answer. */
export function decide(principal: Principal, action: Action, room: RoomFacts = {}): boolean {
  switch (principal.kind) {
    case 'local':
      return true;
    case 'token':
      return principal.scopes.includes('admin') || principal.scopes.includes(NEEDED_SCOPE[action]);
    case 'user':
      if (principal.role === 'admin' || EVERY_USER_MAY.has(action)) return true;
      return room.memberRole !== undefined && memberMay(room.memberRole, action, room);
    case 'anyone':
      return false;
  }
}

function memberMay(role: MemberRole, action: Action, { roles, over }: RoomFacts): boolean {
  if (over !== undefined && ranksAbove(over, role)) return false;
  const needed = NEEDED_IN_ROOM[action];
  if (needed === undefined) return false;
  if (needed === 'membership') return true;
  return needed === 'ownership' ? role === 'owner' : roleSet(role, roles)[needed];
}

/** Throws `unauthenticated` or `forbidden` unless `decide` says yes. */
export function authorize(principal: Principal, action: Action, room?: RoomFacts): void {
  if (decide(principal, action, room)) return;
  if (principal.kind === 'anyone') {
    refuseRejected(principal);
    throw new DomainError('unauthenticated', 'This needs a login or an API token.', {
      fix: 'Send "Authorization: Bearer <token>", from POST /api/auth/login or POST /api/token.',
    });
  }
  const whom = room?.over === undefined ? '' : ` to the room's ${room.over}`;
  throw new DomainError('forbidden', `You may not do this${whom} (${action}).`, {
    fix: 'Ask an admin of this server, or an owner of the room, for the role that may.',
  });
}

/** For routes that anyone may ask: who sends credentials that don't hold is told so, not treated as a stranger. */
export function refuseRejected(principal: Principal): void {
  if (principal.kind === 'anyone' && principal.rejected) throw principal.rejected;
}
