import { describe, expect, test } from 'bun:test';
import { ACTIONS, type Action, decide } from './decide.ts';
import { FULL_PERMISSIONS } from './permissions.ts';
import type { MemberRole, Principal, Scope } from './principal.ts';
import { type RoleChanges, ranksAbove } from './roles.ts';

const user = (role: 'admin' | 'user'): Principal => ({
  kind: 'user',
  userId: 'u_1',
  role,
  name: 'Ada',
  loginId: 'l_1',
});
const token = (...scopes: Scope[]): Principal => ({ kind: 'token', tokenId: 't_1', scopes });
const MEMBER_ROLES = ['owner', 'moderator', 'attendee'] as const;

/** Who may do each thing in a room that was never changed, as the documentation tells it. */
const EXPECTED: Record<Action, { members?: MemberRole[]; anyUser?: true; scope: Scope }> = {
  'system.read': { scope: 'read' },
  'system.manage': { scope: 'admin' },
  'users.manage': { scope: 'admin' },
  'tokens.manage': { scope: 'admin' },
  'rooms.list': { anyUser: true, scope: 'read' },
  'rooms.create': { anyUser: true, scope: 'rooms' },
  'room.read': { members: ['owner', 'moderator', 'attendee'], scope: 'read' },
  'room.change': { members: ['owner'], scope: 'rooms' },
  'room.delete': { members: ['owner'], scope: 'rooms' },
  'room.moderate': { members: ['owner', 'moderator'], scope: 'moderate' },
  'room.members': { members: ['owner', 'moderator'], scope: 'rooms' },
  'room.invite': { members: ['owner', 'moderator'], scope: 'rooms' },
  'room.events': { members: ['owner', 'moderator'], scope: 'read' },
  'room.record': { members: ['owner', 'moderator'], scope: 'moderate' },
  'recordings.read': { scope: 'read' },
  'events.read': { scope: 'read' },
};

describe.each([...ACTIONS])('%s', (action) => {
  const { members = [], anyUser = false, scope } = EXPECTED[action];

  test('is for those members and users that the matrix says, for admins and for the local socket', () => {
    for (const memberRole of MEMBER_ROLES) {
      expect([memberRole, decide(user('user'), action, { memberRole })]).toEqual([
        memberRole,
        anyUser || members.includes(memberRole),
      ]);
    }
    expect(decide(user('user'), action)).toBe(anyUser);
    expect(decide(user('admin'), action)).toBe(true);
    expect(decide({ kind: 'local' }, action)).toBe(true);
    expect(decide({ kind: 'anyone' }, action, { memberRole: 'owner' })).toBe(false);
  });

  test('is for API tokens of its scope and of admin alone', () => {
    for (const each of ['read', 'rooms', 'moderate', 'admin'] as const) {
      expect([each, decide(token(each), action)]).toEqual([each, each === scope || each === 'admin']);
    }
    expect(decide(token(), action)).toBe(false);
  });
});

describe('a room', () => {
  const may = (memberRole: MemberRole, action: Action, roles: RoleChanges) =>
    decide(user('user'), action, {
      memberRole,
      roles: { permissions: FULL_PERMISSIONS, roles, lowered: null },
    });

  test('can give a role the right to moderate or record, and take it away', () => {
    const roles = { attendee: { moderate: true }, moderator: { record: false } };
    for (const action of ['room.moderate', 'room.members', 'room.events'] as const) {
      expect(may('attendee', action, roles)).toBe(true);
    }
    expect(may('attendee', 'room.record', roles)).toBe(false);
    expect(may('attendee', 'room.change', roles)).toBe(false);
    expect(may('moderator', 'room.record', roles)).toBe(false);
    expect(may('owner', 'room.record', roles)).toBe(true);
  });

  test('lets nobody act on those who rank above, except an admin', () => {
    const roles = { permissions: FULL_PERMISSIONS, roles: { attendee: { moderate: true } }, lowered: null };
    for (const memberRole of MEMBER_ROLES) {
      for (const over of ['owner', 'moderator', 'attendee', 'guest'] as const) {
        const facts = { memberRole, over, roles };
        expect(decide(user('user'), 'room.moderate', facts)).toBe(!ranksAbove(over, memberRole));
        expect(decide(user('admin'), 'room.moderate', facts)).toBe(true);
      }
    }
  });
});
