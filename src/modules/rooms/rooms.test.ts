import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Permissions } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { users } from '../../db/schema.ts';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import type { JoinGrant } from '../../livekit/tokens/join-token.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents } from '../events/service.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Participant } from '../participants/model.ts';
import { createJoin } from './join.ts';
import { createMembers } from './members.ts';
import type { JoinRequest } from './model.ts';
import { createRoomRepo } from './repo.ts';
import { createRooms } from './service.ts';

const local: Principal = { kind: 'local' };
const stranger: Principal = { kind: 'anyone' };
const user = (id: string, role: 'admin' | 'user' = 'user'): Principal => ({
  kind: 'user',
  userId: id,
  role,
  name: id.slice(2),
  loginId: 'l_1',
});
const client: ClientInfo = { address: '203.0.113.7', transport: 'tcp', secure: false };

let db: Database;
let house: ReturnType<typeof build>;

function build() {
  const clock = manualClock();
  const present = new Map<string, Participant>();
  const live: LiveState = {
    room: () => undefined,
    rooms: () => [],
    participants: () => [...present.values()],
    participant: (_room, identity) => present.get(identity),
    counts: () => ({ participants: present.size, publishers: 0 }),
    totals: () => ({ rooms: 0, participants: present.size }),
  };
  const events = createEvents({ repo: createEventRepo(db), clock });
  const repo = createRoomRepo(db);
  const ended: string[] = [];
  const changed: string[] = [];
  const denied = new Set<string>();
  const grants = new Map<string, Permissions>();
  let signed: JoinGrant | undefined;
  const rooms = createRooms({
    repo,
    events,
    live,
    clock,
    defaults: { emptyTimeout: 300_000, departureTimeout: 20_000, maxParticipants: 2 },
    recordingOf: () => null,
    endLiveRoom: async (name) => void ended.push(name),
    applyPermissions: async () => undefined,
  });
  const join = createJoin({
    rooms,
    live,
    clock,
    ttl: 600_000,
    guestsAllowed: true,
    isRecorded: () => false,
    consent: false,
    sign(grant) {
      signed = grant;
      return 'token';
    },
    guests: {
      sign: (identity, name) => `${identity}|${name}`,
      verify(token) {
        const [identity, name] = token.split('|');
        return identity && name ? { identity, name } : undefined;
      },
    },
    isDenied: (_room, identity, address) => denied.has(identity) || denied.has(address ?? ''),
    remember: () => undefined,
    grantOf: (_room, identity) => grants.get(identity),
    assertOpen: () => undefined,
    urlFor: () => 'ws://localhost',
  });
  const request = new Request('http://localhost/api/room/join');
  return {
    rooms,
    events,
    members: createMembers({
      repo,
      rooms,
      events,
      clock,
      onChanged: async (_room, userId) => void changed.push(userId),
    }),
    ended,
    changed,
    denied,
    grants,
    present,
    signed: () => signed,
    join: (who: Principal, body: JoinRequest) => join(who, body, request, client),
  };
}

function addUser(id: string): void {
  db.orm
    .insert(users)
    .values({ id, email: id, emailKey: id, name: id, role: 'user', createdAt: 0, updatedAt: 0 })
    .run();
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

beforeEach(() => {
  db = openDatabase(':memory:', { log: silentLogger });
  house = build();
  for (const id of ['u_owner', 'u_other']) addUser(id);
});
afterEach(() => db.close());

describe('rooms', () => {
  test('a room without a name gets one that can be said aloud', () => {
    expect(house.rooms.create(local, {}).name).toMatch(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
  });

  test('a name is given once', () => {
    house.rooms.create(local, { name: 'daily' });
    expect(codeOf(() => house.rooms.create(local, { name: 'daily' }))).toBe('room_exists');
  });

  test('who makes a room owns it, and may change it; others may not', async () => {
    house.rooms.create(user('u_owner'), { name: 'daily' });
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
    house.rooms.create(user('u_owner'), { name: 'daily', roles: { guest: { publish: [] } } });
    const { roles } = await house.rooms.change(user('u_owner'), 'daily', {
      roles: { attendee: { record: true, publish: ['camera'] } },
    });
    expect(roles.attendee).toMatchObject({ record: true, publish: ['camera'] });
    expect(roles.guest).toMatchObject({ record: false, publish: [] });
    expect(house.join(stranger, { room: 'daily', name: 'Ada' }).permissions.publish).toEqual([]);
    expect(house.join(user('u_other'), { room: 'daily' }).permissions.publish).toEqual(['camera']);
  });

  test('a private room does not exist for who is no member', () => {
    house.rooms.create(user('u_owner'), { name: 'secret', access: 'private' });
    expect(codeOf(() => house.rooms.get(user('u_other'), 'secret'))).toBe('room_not_found');
    expect(house.rooms.list(user('u_other'), {}).items).toEqual([]);
    expect(house.rooms.list(user('u_owner'), {}).items).toHaveLength(1);
    expect(house.rooms.list(user('u_admin', 'admin'), {}).items).toHaveLength(1);
  });

  test('closing ends the meeting and keeps people out until it is opened again', async () => {
    house.rooms.create(local, { name: 'daily' });
    await house.rooms.change(local, 'daily', { state: 'closed' });
    expect(house.ended).toEqual(['daily']);
    expect(codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe('room_closed');
    await house.rooms.change(local, 'daily', { state: 'open' });
    expect(house.join(stranger, { room: 'daily', name: 'Ada' }).role).toBe('guest');
  });

  test('pages follow one another by name', () => {
    for (const name of ['ccc', 'aaa', 'bbb']) house.rooms.create(local, { name });
    const first = house.rooms.list(local, { limit: 2 });
    const second = house.rooms.list(local, { limit: 2, cursor: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['aaa', 'bbb', 'ccc']);
    expect(second.next).toBeNull();
  });
});

describe('members', () => {
  test('the last owner stays an owner', async () => {
    house.rooms.create(user('u_owner'), { name: 'daily' });
    const { members, changed } = house;
    const leaving = () => members.remove(user('u_owner'), 'daily', 'u_owner');
    await expect(leaving()).rejects.toMatchObject({ code: 'last_owner' });
    await members.set(user('u_owner'), 'daily', 'u_other', 'owner');
    await leaving();
    expect(members.list(local, 'daily', undefined).items.map((m) => m.user.id)).toEqual(['u_other']);
    expect(changed).toEqual(['u_other', 'u_owner']);
  });

  test('a room is handed over whole: who owned it moderates it from then on', async () => {
    house.rooms.create(user('u_owner'), { name: 'daily' });
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
    house.rooms.create(user('u_owner'), { name: 'daily' });
    await house.members.set(local, 'daily', 'u_other', 'moderator');
    expect((await house.rooms.change(user('u_other'), 'daily', { locked: true })).locked).toBe(true);
    await expect(
      house.rooms.change(user('u_other'), 'daily', { locked: false, title: 'x' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a moderator makes and unmakes no owners', async () => {
    house.rooms.create(user('u_owner'), { name: 'daily' });
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
    addUser('u_third');
    expect((await members.set(moderator, 'daily', 'u_third', 'attendee')).role).toBe('attendee');
  });
});

describe('joining', () => {
  beforeEach(() => void house.rooms.create(user('u_owner'), { name: 'daily' }));

  test('the token carries exactly what this person may do, and what the room needs', () => {
    const publish = ['microphone'] as const;
    house.grants.set('u_other', { publish, subscribe: true, data: false, hidden: false });
    const answer = house.join(user('u_other'), { room: 'daily' });
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

  test('a guest comes back as the same guest', () => {
    const first = house.join(stranger, { room: 'daily', name: 'Ada' });
    const again = house.join(stranger, { room: 'daily', guest: first.guest });
    expect(again).toMatchObject({ identity: first.identity, name: 'Ada' });
    expect(codeOf(() => house.join(stranger, { room: 'daily' }))).toBe('name_required');
  });

  test.each([
    ['members', 'guests_not_allowed', 'join_not_allowed'],
    ['private', 'room_not_found', 'room_not_found'],
  ] as const)('a room for %s only lets in nobody else', async (access, guest, account) => {
    await house.rooms.change(local, 'daily', { access });
    expect(codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe(guest);
    expect(codeOf(() => house.join(user('u_other'), { room: 'daily' }))).toBe(account);
    expect(house.join(user('u_owner'), { room: 'daily' }).role).toBe('owner');
    expect(house.join(user('u_admin', 'admin'), { room: 'daily' }).role).toBe('moderator');
  });

  test('a full room lets in nobody but who is in it already', () => {
    for (const identity of ['u_other', 'u_third']) house.present.set(identity, {} as Participant);
    expect(codeOf(() => house.join(user('u_owner'), { room: 'daily' }))).toBe('room_full');
    expect(house.join(user('u_other'), { room: 'daily' }).identity).toBe('u_other');
  });

  test('a locked room lets in moderators and who is in it already', async () => {
    await house.rooms.change(local, 'daily', { locked: true });
    expect(codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe('room_locked');
    expect(house.join(user('u_owner'), { room: 'daily' }).role).toBe('owner');
  });

  test('who was removed stays out, a guest also by address', () => {
    house.denied.add('u_other');
    expect(codeOf(() => house.join(user('u_other'), { room: 'daily' }))).toBe('join_denied');
    house.denied.add(client.address);
    expect(codeOf(() => house.join(stranger, { room: 'daily', name: 'Ada' }))).toBe('join_denied');
    expect(house.join(user('u_owner'), { room: 'daily' }).role).toBe('owner');
  });

  test('credentials that do not hold are told so instead of being taken for a guest', () => {
    const rejected = new DomainError('token_expired', 'Expired.');
    expect(codeOf(() => house.join({ kind: 'anyone', rejected }, { room: 'daily', name: 'Ada' }))).toBe(
      'token_expired',
    );
  });
});
