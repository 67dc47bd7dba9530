import { describe, expect, test } from 'bun:test';
import { FULL_PERMISSIONS } from './permissions.ts';
import { changeRoles, type RoomRoles, roleSet } from './roles.ts';

const asMade: RoomRoles = { permissions: FULL_PERMISSIONS, roles: {} };

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
    const room = changeRoles(asMade, { roles: { attendee: { record: true }, moderator: { invite: false } } });
    const after = changeRoles(room, { roles: { attendee: { publish: ['microphone'] } } });
    expect(roleSet('attendee', after)).toMatchObject({ publish: ['microphone'], record: true });
    expect(roleSet('guest', after)).toMatchObject({ publish: FULL_PERMISSIONS.publish, record: false });
    expect(roleSet('moderator', after)).toMatchObject({ invite: false, moderate: true });
  });

  test('the short form holds for attendees and guests alike, over what their sets said before', () => {
    const room = changeRoles(asMade, { roles: { guest: { publish: [], data: false } } });
    const after = changeRoles(room, { permissions: { publish: ['camera'] } });
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
