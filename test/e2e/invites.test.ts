import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Invite, InviteCreate, InviteCreated } from '../../src/modules/invites/model.ts';
import type { JoinAnswer, Room } from '../../src/modules/rooms/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import type { Problem } from '../harness/http.ts';
import {
  type Account,
  type Attendee,
  attend,
  createAccount,
  createRoom,
  joinToken,
  participants,
} from '../harness/people.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

describe('people come in by invitation', () => {
  let didar: Didar;
  let account: Account;
  const attendees: Attendee[] = [];

  beforeAll(async () => {
    didar = await startDidar();
    account = await createAccount(didar);
  });
  afterAll(async () => {
    await Promise.all(attendees.map(({ client }) => client.close()));
    await didar?.cleanUp();
  });

  const invite = (room: Room, json: InviteCreate = {}) =>
    asAdmin<InviteCreated>(didar, `/api/room/${room.name}/invites`, { json });
  const invites = async (room: Room) =>
    (await asAdmin<{ items: Invite[] }>(didar, `/api/room/${room.name}/invites`)).items;
  const ask = <T = Problem>(json: object, token?: string) => didar.api<T>('/api/room/join', { json, token });

  async function come(room: Room, options: Parameters<typeof attend>[2]): Promise<Attendee> {
    const attendee = await attend(didar, room.name, options);
    attendees.push(attendee);
    return attendee;
  }

  test('a guest is in a private room with a password, once, and not after it was revoked', async () => {
    const room = await createRoom(didar, { access: 'private', password: 'sesame' });
    const { id, token, link } = await invite(room, { maxUses: 1 });
    expect(link).toBe(`${didar.url}/room/${room.name}#invite=${token}`);
    const ada = await come(room, { name: 'Ada', invite: token });
    expect((await participants(didar, room.name)).map(({ name }) => name)).toEqual(['Ada']);

    const again = await joinToken(didar, room.name, { invite: token, guest: ada.join.guest });
    expect(again.identity).toBe(ada.identity);
    expect((await ask({ room: room.name, name: 'Eve', invite: token })).body.code).toBe('room_not_found');
    expect(await invites(room)).toMatchObject([{ id, uses: 1, state: 'used_up' }]);

    await asAdmin(didar, `/api/room/${room.name}/invites/${id}`, { method: 'DELETE' });
    const late = await ask({ room: room.name, name: 'Ada', invite: token, guest: ada.join.guest });
    expect(late.status).toBe(404);
    expect(await invites(room)).toEqual([]);
  });

  test('who has an account moderates at once, and stays a member', async () => {
    const room = await createRoom(didar, { access: 'private' });
    const { token } = await invite(room, { role: 'moderator' });
    const moderator = await come(room, { token: account.token, invite: token });
    expect(moderator.join.role).toBe('moderator');
    const path = `/api/room/${room.name}/participants`;
    expect((await didar.api(path, { token: account.token })).status).toBe(200);
    expect((await joinToken(didar, room.name, { token: account.token })).role).toBe('moderator');
  });

  test('the limit of a room counts people: who joins again replaces themselves', async () => {
    const room = await createRoom(didar, { maxParticipants: 2 });
    const ada = await come(room, { name: 'Ada' });
    const bert = await come(room, { name: 'Bert' });
    expect((await ask({ room: room.name, name: 'Cid' })).body.code).toBe('room_full');
    for (const { join } of [ada, bert]) {
      const again = await come(room, { guest: join.guest });
      expect(again.identity).toBe(join.identity);
    }
    await ada.client.until((state) => state.connection === 'disconnected', 'the first connection to be over');
    await eventually(async () => (await participants(didar, room.name)).length === 2, 'two people');
  });

  test('secrets are in no answer, no event and no log', async () => {
    const password = 'a-password-of-a-room';
    const room = await createRoom(didar, { access: 'members', password });
    const { token } = await invite(room);
    await ask<JoinAnswer>({ room: room.name, name: 'Ada', invite: token, password });
    await ask({ room: room.name, name: 'Eve', password: `${password}?` });
    await asAdmin(didar, `/api/room/${room.name}`, { method: 'PATCH', json: { password: `${password}!` } });
    const told = JSON.stringify([
      await asAdmin(didar, `/api/room/${room.name}`),
      await invites(room),
      await asAdmin(didar, `/api/event?room=${room.name}`),
      didar.logs(),
    ]);
    expect(told).toContain('"hasPassword":true');
    for (const secret of [password, token, '$argon2id']) expect(told).not.toContain(secret);
  });
});
