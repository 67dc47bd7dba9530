import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  addUser,
  client,
  codeOf,
  createRoomHouse,
  local,
  type RoomHouse,
  stranger,
  user,
} from '../../../test/fixtures/room-house.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Participant } from '../participants/model.ts';

let house: RoomHouse;

beforeEach(() => {
  house = createRoomHouse();
});
afterEach(() => house.db.close());

describe('rooms', () => {
  test('a room without a name gets one that can be said aloud', async () => {
    expect((await house.rooms.create(local, {})).name).toMatch(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
  });

  test('a name is given once', async () => {
    await house.rooms.create(local, { name: 'daily' });
    expect(await codeOf(() => house.rooms.create(local, { name: 'daily' }))).toBe('room_exists');
  });

  test('who makes a room owns it, and may change it; others may not', async () => {
    await house.rooms.create(user('u_owner'), { name: 'daily' });
    const changed = await house.rooms.change(user('u_owner'), 'daily', {
      title: 'Daily',
      permissions: { data: false },
    });
    expect(changed).toMatchObject({ title: 'Daily', permissions: { data: false, subscribe: true } });
    await expect(house.rooms.change(user('u_other'), 'daily', { title: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  test('each role has its set, which owners change and the next join gets', async () => {
    await house.rooms.create(user('u_owner'), { name: 'daily', roles: { guest: { publish: [] } } });
    const { roles } = await house.rooms.change(user('u_owner'), 'daily', {
      roles: { attendee: { record: true, publish: ['camera'] } },
    });
    expect(roles.attendee).toMatchObject({ record: true, publish: ['camera'] });
    expect(roles.guest).toMatchObject({ record: false, publish: [] });
    expect((await house.join(stranger, { room: 'daily', name: 'Ada' })).permissions.publish).toEqual([]);
    expect((await house.join(user('u_other'), { room: 'daily' })).permissions.publish).toEqual(['camera']);
  });

  test('a private room does not exist for who is no member', async () => {
    await house.rooms.create(user('u_owner'), { name: 'secret', access: 'private' });
    expect(await codeOf(() => house.rooms.get(user('u_other'), 'secret'))).toBe('room_not_found');
    expect(house.rooms.list(user('u_other'), {}).items).toEqual([]);
    expect(house.rooms.list(user('u_owner'), {}).items).toHaveLength(1);
    expect(house.rooms.list(user('u_admin', 'admin'), {}).items).toHaveLength(1);
  });

  test('closing ends the meeting and keeps people out until it is opened again', async () => {
    await house.rooms.create(local, { name: 'daily' });
    await house.rooms.change(local, 'daily', { state: 'closed' });
    expect(house.ended).toEqual(['daily']);
    expect(await codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe('room_closed');
    await house.rooms.change(local, 'daily', { state: 'open' });
    expect((await house.join(stranger, { room: 'daily', name: 'Ada' })).role).toBe('guest');
  });

  test('pages follow one another by name', async () => {
    for (const name of ['ccc', 'aaa', 'bbb']) await house.rooms.create(local, { name });
    const first = house.rooms.list(local, { limit: 2 });
    const second = house.rooms.list(local, { limit: 2, cursor: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['aaa', 'bbb', 'ccc']);
    expect(second.next).toBeNull();
  });
});

describe('members', () => {
  test('the last owner stays an owner', async () => {
    await house.rooms.create(user('u_owner'), { name: 'daily' });
    const { members, changed } = house;
    const leaving = () => members.remove(user('u_owner'), 'daily', 'u_owner');
    await expect(leaving()).rejects.toMatchObject({ code: 'last_owner' });
    await members.set(user('u_owner'), 'daily', 'u_other', 'owner');
    await leaving();
    expect(members.list(local, 'daily', undefined).items.map((m) => m.user.id)).toEqual(['u_other']);
    expect(changed).toEqual(['u_other', 'u_owner']);
  });

  test('a room is handed over whole: who owned it moderates it from then on', async () => {
    await house.rooms.create(user('u_owner'), { name: 'daily' });
    const { members } = house;
    const roles = () => members.list(local, 'daily', undefined).items.map((m) => `${m.user.id} ${m.role}`);
    await expect(members.transfer(user('u_other'), 'daily', 'u_other')).rejects.toMatchObject({
      code: 'forbidden',
    });
    await members.transfer(user('u_owner'), 'daily', 'u_other');
    expect(roles()).toEqual(['u_other owner', 'u_owner moderator']);
    await members.transfer(local, 'daily', 'u_owner');
    expect(roles()).toEqual(['u_other moderator', 'u_owner owner']);
    await members.transfer(user('u_owner'), 'daily', 'u_owner');
    expect(roles()).toEqual(['u_other moderator', 'u_owner owner']);
  });

  test('a moderator locks and unlocks the room, and changes nothing else of it', async () => {
    await house.rooms.create(user('u_owner'), { name: 'daily' });
    await house.members.set(local, 'daily', 'u_other', 'moderator');
    expect((await house.rooms.change(user('u_other'), 'daily', { locked: true })).locked).toBe(true);
    await expect(
      house.rooms.change(user('u_other'), 'daily', { locked: false, title: 'x' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a moderator makes and unmakes no owners', async () => {
    await house.rooms.create(user('u_owner'), { name: 'daily' });
    const { members } = house;
    const moderator = user('u_other');
    await members.set(local, 'daily', 'u_other', 'moderator');
    for (const attempt of [
      members.set(moderator, 'daily', 'u_other', 'owner'),
      members.set(moderator, 'daily', 'u_owner', 'attendee'),
      members.remove(moderator, 'daily', 'u_owner'),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'forbidden' });
    }
    addUser(house.db, 'u_third');
    expect((await members.set(moderator, 'daily', 'u_third', 'attendee')).role).toBe('attendee');
  });
});

describe('joining', () => {
  beforeEach(async () => void (await house.rooms.create(user('u_owner'), { name: 'daily' })));

  test('the token carries exactly what this person may do, and what the room needs', async () => {
    const publish = ['microphone'] as const;
    house.grants.set('u_other', { publish, subscribe: true, data: false, hidden: false });
    const answer = await house.join(user('u_other'), { room: 'daily' });
    expect(answer).toMatchObject({
      identity: 'u_other',
      role: 'attendee',
      permissions: { publish: ['microphone'] },
    });
    expect(house.signed()).toMatchObject({
      room: 'daily',
      identity: 'u_other',
      permissions: { publish: ['microphone'], data: false },
      roomConfig: { emptyTimeout: 300, departureTimeout: 20, maxParticipants: 2 },
    });
  });

  test('a guest comes back as the same guest', async () => {
    const first = await house.join(stranger, { room: 'daily', name: 'Ada' });
    const again = await house.join(stranger, { room: 'daily', guest: first.guest });
    expect(again).toMatchObject({ identity: first.identity, name: 'Ada' });
    expect(await codeOf(() => house.join(stranger, { room: 'daily' }))).toBe('name_required');
  });

  test.each([
    ['members', 'guests_not_allowed', 'join_not_allowed'],
    ['private', 'room_not_found', 'room_not_found'],
  ] as const)('a room for %s only lets in nobody else', async (access, guest, account) => {
    await house.rooms.change(local, 'daily', { access });
    expect(await codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe(guest);
    expect(await codeOf(() => house.join(user('u_other'), { room: 'daily' }))).toBe(account);
    expect((await house.join(user('u_owner'), { room: 'daily' })).role).toBe('owner');
    expect((await house.join(user('u_admin', 'admin'), { room: 'daily' })).role).toBe('moderator');
  });

  test('a full room lets in nobody but who is in it already', async () => {
    for (const identity of ['u_other', 'u_third']) house.present.set(identity, {} as Participant);
    expect(await codeOf(() => house.join(user('u_owner'), { room: 'daily' }))).toBe('room_full');
    expect((await house.join(user('u_other'), { room: 'daily' })).identity).toBe('u_other');
  });

  test('a locked room lets in moderators and who is in it already', async () => {
    await house.rooms.change(local, 'daily', { locked: true });
    expect(await codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe('room_locked');
    expect((await house.join(user('u_owner'), { room: 'daily' })).role).toBe('owner');
  });

  test('who was removed stays out, a guest also by address', async () => {
    house.denied.add('u_other');
    expect(await codeOf(() => house.join(user('u_other'), { room: 'daily' }))).toBe('join_denied');
    house.denied.add(client.address);
    expect(await codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe('join_denied');
    expect((await house.join(user('u_owner'), { room: 'daily' })).role).toBe('owner');
  });

  test('credentials that do not hold are told so instead of being taken for a guest', async () => {
    const rejected = new DomainError('token_expired', 'Expired.');
    expect(await codeOf(() => house.join({ kind: 'anyone', rejected }, { room: 'daily', name: 'Ada' }))).toBe(
      'token_expired',
    );
  });
});
