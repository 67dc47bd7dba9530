import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  codeOf,
  createRoomHouse,
  local,
  type RoomHouse,
  stranger,
  user,
} from '../../../test/fixtures/room-house.ts';
import type { JoinRequest } from '../rooms/model.ts';
import type { InviteCreate } from './model.ts';

let house: RoomHouse;

beforeEach(() => {
  house = createRoomHouse();
});
afterEach(() => house.db.close());

describe('an invitation', () => {
  beforeEach(async () => {
    await house.rooms.create(user('u_owner'), { name: 'daily', access: 'private', password: 'sesame' });
  });
  const invite = (input: InviteCreate = {}) => house.invites.create(user('u_owner'), 'daily', input);
  const come = (token: string, more: Partial<JoinRequest> = {}) =>
    house.join(stranger, { room: 'daily', name: 'Ada', invite: token, ...more });

  test('lets a guest into a private room without its password, by a link that keeps the secret to itself', async () => {
    const { token, link } = invite();
    expect(link).toBe(`https://meet.example.org/room/daily#invite=${token}`);
    expect(await come(token)).toMatchObject({ role: 'guest' });
    expect(await codeOf(() => come('x'.repeat(24)))).toBe('room_not_found');
    const told = JSON.stringify(house.events.list({}, { order: 'asc', from: undefined, limit: 100 }));
    expect(told).toContain('invite.used');
    expect(told).not.toContain(token);
  });

  test('counts people, not how often they come', async () => {
    const { token } = invite({ maxUses: 1 });
    const { guest } = await come(token);
    expect(await come(token, { guest })).toMatchObject({ name: 'Ada' });
    expect(await codeOf(() => come(token))).toBe('room_not_found');
    expect(house.invites.list(local, 'daily', {}).items).toMatchObject([{ uses: 1, state: 'used_up' }]);
  });

  test('is used once also by many at once', async () => {
    const { token } = invite({ maxUses: 3 });
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(() => come(token))));
    expect(codes.filter((code) => code === 'nothing was thrown')).toHaveLength(3);
  });

  test('makes who has an account a member, and never less than before', async () => {
    const { token } = invite({ role: 'moderator' });
    expect(await house.join(user('u_other'), { room: 'daily', invite: token })).toMatchObject({
      role: 'moderator',
    });
    expect((await house.join(user('u_other'), { room: 'daily' })).role).toBe('moderator');
    const lower = invite({ role: 'attendee' });
    for (const [id, role] of [
      ['u_other', 'moderator'],
      ['u_owner', 'owner'],
    ] as const) {
      expect((await house.join(user(id), { room: 'daily', invite: lower.token })).role).toBe(role);
    }
  });

  test('leaves an admin what every admin is', async () => {
    const admin = user('u_admin', 'admin');
    const { token } = invite({ role: 'attendee' });
    expect((await house.join(admin, { room: 'daily', invite: token })).role).toBe('moderator');
    expect((await house.join(admin, { room: 'daily' })).role).toBe('moderator');
  });

  test('counts for whom a program shows it, and a broken one is no invitation there either', async () => {
    const { token } = invite({ role: 'moderator', maxUses: 1 });
    const bring = () => house.join(local, { room: 'daily', name: 'Ada', invite: token });
    expect(await bring()).toMatchObject({ role: 'moderator' });
    expect(await codeOf(bring)).toBe('invite_invalid');
  });

  test('for guests makes an attendee of who has an account', async () => {
    const { token } = invite();
    const other = user('u_other');
    expect(await codeOf(() => house.join(other, { room: 'daily' }))).toBe('room_not_found');
    expect((await house.join(other, { room: 'daily', invite: token })).role).toBe('attendee');
    expect((await house.join(other, { room: 'daily', password: 'sesame' })).role).toBe('attendee');
  });

  test('ends for everyone when it is revoked, and for newcomers when it expires', async () => {
    await house.rooms.change(local, 'daily', { access: 'members' });
    const { token } = invite({ expiresIn: 60 });
    const { guest } = await come(token);
    house.clock.advance(59_000);
    house.meetingSince = house.clock.now();
    house.clock.advance(61_000);
    expect(await codeOf(() => come(token))).toBe('invite_invalid');
    expect(await come(token, { guest })).toMatchObject({ name: 'Ada' });
    const [first] = house.invites.list(local, 'daily', {}).items;
    house.invites.revoke(user('u_owner'), 'daily', first?.id ?? '');
    expect(await codeOf(() => come(token, { guest }))).toBe('invite_invalid');
    expect(house.invites.list(local, 'daily', {}).items).toEqual([]);
  });

  test('is made by who may invite, and makes of nobody more than its maker is', async () => {
    await house.members.set(local, 'daily', 'u_other', 'attendee');
    const make = (role: 'attendee' | 'moderator') =>
      codeOf(() => house.invites.create(user('u_other'), 'daily', { role }));
    expect(await make('attendee')).toBe('forbidden');
    await house.rooms.change(local, 'daily', { roles: { attendee: { invite: true } } });
    expect(await make('attendee')).toBe('nothing was thrown');
    expect(await make('moderator')).toBe('forbidden');
  });
});
