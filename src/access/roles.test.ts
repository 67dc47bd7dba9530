import { describe, expect, test } from 'bun:test';
import { FULL_PERMISSIONS } from './permissions.ts';
import { changeRoles, effectivePermissions, type RoomRoles, roleSet } from './roles.ts';

const asMade: RoomRoles = { permissions: FULL_PERMISSIONS, roles: {}, lowered: null };

const changed = (room: RoomRoles, change: Parameters<typeof changeRoles>[1]): RoomRoles => ({
  ...room,
  ...changeRoles(room, change),
});

describe('the sets of a room', () => {
  test('give owners and moderators everything, and others their media, until they are changed', () => {
    for (const role of ['owner', 'moderator'] as const) {
      expect(roleSet(role, asMade)).toEqual({
        ...FULL_PERMISSIONS,
        moderate: true,
        record: true,
        invite: true,
      });
    }
    for (const role of ['attendee', 'guest'] as const) {
      expect(roleSet(role, asMade)).toMatchObject({ subscribe: true, moderate: false, record: false });
    }
  });

  test('change one by one, and what is left out stays', () => {
    const room = changed(asMade, { roles: { attendee: { record: true }, moderator: { invite: false } } });
    const after = changed(room, { roles: { attendee: { publish: ['microphone'] } } });
    expect(roleSet('attendee', after)).toMatchObject({ publish: ['microphone'], record: true });
    expect(roleSet('guest', after)).toMatchObject({ publish: FULL_PERMISSIONS.publish, record: false });
    expect(roleSet('moderator', after)).toMatchObject({ invite: false, moderate: true });
  });

  test('the short form holds for attendees and guests alike, over what their sets said before', () => {
    const room = changed(asMade, { roles: { guest: { publish: [], data: false } } });
    const after = changed(room, { permissions: { publish: ['camera'] } });
    for (const role of ['attendee', 'guest'] as const)
      expect(roleSet(role, after).publish).toEqual(['camera']);
    expect(roleSet('guest', after).data).toBe(false);
    expect(roleSet('moderator', after).publish).toEqual(FULL_PERMISSIONS.publish);
  });

  test('take nothing from an owner, and give a guest no rights over others', () => {
    const roles = { owner: { moderate: false }, guest: { moderate: true } };
    const room = { ...asMade, roles };
    expect(roleSet('owner', room).moderate).toBe(true);
    expect(roleSet('guest', room).moderate).toBe(false);
  });
});

describe('what one person may do', () => {
  const lowered = { publish: ['camera' as const], subscribe: true, data: false, except: ['g_2'] };
  const room: RoomRoles = { ...asMade, lowered };

  test('is what was lowered for everyone, and no more than their own', () => {
    expect(effectivePermissions(room, { identity: 'g_1', role: 'guest' })).toEqual({
      publish: ['camera'],
      subscribe: true,
      data: false,
      hidden: false,
    });
    const grant = { ...FULL_PERMISSIONS, publish: ['microphone' as const] };
    expect(effectivePermissions(room, { identity: 'u_1', role: 'attendee', grant }).publish).toEqual([]);
  });

  test('stays as it is for those who moderate and for the exceptions', () => {
    for (const person of [
      { identity: 'u_1', role: 'moderator' },
      { identity: 'u_2', role: 'owner' },
      { identity: 'g_2', role: 'guest' },
    ] as const) {
      expect(effectivePermissions(room, person)).toEqual(FULL_PERMISSIONS);
    }
    const roles = { attendee: { moderate: true }, moderator: { moderate: false } };
    const turned = { ...room, roles };
    expect(effectivePermissions(turned, { identity: 'u_1', role: 'attendee' }).data).toBe(true);
    expect(effectivePermissions(turned, { identity: 'u_1', role: 'moderator' }).data).toBe(false);
  });
});
