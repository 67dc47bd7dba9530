import { DomainError } from '../lib/errors.ts';
import type { MemberRole, Principal } from './principal.ts';

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

/** What the decision needs to know of a room: the asker's membership in it, if any. */
export interface RoomFacts {
  readonly memberRole?: MemberRole;
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

const MEMBER_MAY: Record<MemberRole, ReadonlySet<Action>> = {
  owner: new Set<Action>([
    'room.read',
    'room.change',
    'room.delete',
    'room.moderate',
    'room.members',
    'room.invite',
    'room.events',
    'room.record',
  ]),
  moderator: new Set<Action>([
    'room.read',
    'room.moderate',
    'room.members',
    'room.invite',
    'room.events',
    'room.record',
  ]),
  attendee: new Set<Action>(['room.read']),
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
      return room.memberRole !== undefined && MEMBER_MAY[room.memberRole].has(action);
    case 'anyone':
      return false;
  }
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
  throw new DomainError('forbidden', `You may not do this (${action}).`, {
    fix: 'Ask an admin of this server, or an owner of the room, for the role that may.',
  });
}

/** For routes that anyone may ask: who sends credentials that don't hold is told so, not treated as a stranger. */
export function refuseRejected(principal: Principal): void {
  if (principal.kind === 'anyone' && principal.rejected) throw principal.rejected;
}
