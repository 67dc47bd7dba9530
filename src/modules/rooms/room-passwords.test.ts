import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  client,
  codeOf,
  createRoomHouse,
  local,
  type RoomHouse,
  stranger,
  user,
} from '../../../test/fixtures/room-house.ts';

let house: RoomHouse;

beforeEach(() => {
  house = createRoomHouse();
});
afterEach(() => house.db.close());

describe('a room with a password', () => {
  beforeEach(
    async () => void (await house.rooms.create(user('u_owner'), { name: 'daily', password: 'sesame' })),
  );

  test('lets in who knows it, and its owner without', async () => {
    const ada = { room: 'daily', name: 'Ada' };
    expect(await codeOf(() => house.join(stranger, ada))).toBe('password_required');
    expect(await codeOf(() => house.join(stranger, { ...ada, password: 'open' }))).toBe('password_wrong');
    expect((await house.join(stranger, { ...ada, password: 'sesame' })).role).toBe('guest');
    expect((await house.join(user('u_owner'), { room: 'daily' })).role).toBe('owner');
  });

  test('says that it has one and never which, in events neither', async () => {
    expect(house.rooms.get(local, 'daily')).toMatchObject({ hasPassword: true });
    await house.rooms.change(local, 'daily', { password: 'abracadabra' });
    const told = JSON.stringify(house.events.list({}, { order: 'asc', from: undefined, limit: 100 }));
    expect(told).not.toContain('sesame');
    expect(told).not.toContain('abracadabra');
    const { hasPassword } = await house.rooms.change(local, 'daily', { password: null });
    expect(hasPassword).toBe(false);
    expect((await house.join(stranger, { room: 'daily', name: 'Ada' })).role).toBe('guest');
  });

  test('makes who guesses wait, also all at once, and nobody else', async () => {
    const guess = (password: string) =>
      codeOf(() => house.join(stranger, { room: 'daily', name: 'Eve', password }));
    const codes = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(`guess ${i}`)));
    expect(codes.filter((code) => code === 'password_wrong')).toHaveLength(5);
    expect(await guess('sesame')).toBe('too_many_requests');
    const elsewhere = { ...client, address: '203.0.113.8' };
    expect(
      await house.ask(stranger, { room: 'daily', name: 'Ada', password: 'sesame' }, elsewhere),
    ).toMatchObject({
      role: 'guest',
    });
    house.clock.advance(11_000);
    expect(await guess('sesame')).toBe('nothing was thrown');
  });

  test('costs a class that comes at once one hash', async () => {
    const coming = Array.from({ length: 30 }, (_, i) =>
      house.join(stranger, { room: 'daily', name: `Pupil ${i}`, password: 'sesame' }),
    );
    expect(await Promise.all(coming)).toHaveLength(30);
    expect(house.hashed).toEqual(['sesame']);
  });
});
