import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import type { Room } from '../../src/modules/rooms/model.ts';
import { type Didar, startDidar } from '../harness/didar.ts';
import type { ApiInit, Problem } from '../harness/http.ts';
import { type Account, createAccount, createRoom, joinToken } from '../harness/people.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

describe('bad input gets a clear answer and never a server error', () => {
  let didar: Didar;
  let admin: Account;
  let user: Account;
  let room: Room;

  beforeAll(async () => {
    didar = await startDidar();
    [admin, user] = [await createAccount(didar, 'admin'), await createAccount(didar)];
    room = await createRoom(didar);
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  interface Case {
    readonly what: string;
    readonly path: string;
    readonly init?: ApiInit;
    readonly status: number;
    readonly code?: string;
  }

  const raw = (body: string, type = 'application/json'): ApiInit => ({
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
  const long = 'x'.repeat(10_000);

  const asAnyone: Case[] = [
    { what: 'a path that is not there', path: '/api/nothing', status: 404, code: 'route_not_found' },
    { what: 'a page that is not there', path: '/no/such/page', status: 404 },
    { what: 'broken JSON', path: '/api/auth/login', init: raw('{"email":'), status: 400 },
    { what: 'no body', path: '/api/auth/login', init: { method: 'POST' }, status: 400 },
    { what: 'a list for an object', path: '/api/auth/login', init: { json: [] }, status: 422 },
    {
      what: 'a number for a text',
      path: '/api/auth/login',
      init: { json: { email: 1, password: 2 } },
      status: 422,
    },
    { what: 'null', path: '/api/auth/login', init: { json: null }, status: 422 },
    {
      what: 'a wrong password',
      path: '/api/auth/login',
      init: { json: { email: 'a@b.c', password: 'wrong wrong' } },
      status: 401,
    },
    { what: 'text for JSON', path: '/api/auth/login', init: raw('hello', 'text/plain'), status: 415 },
    {
      what: 'a made-up refresh token',
      path: '/api/auth/refresh',
      init: { json: { refreshToken: 'nope' } },
      status: 401,
    },
    { what: 'a join without a room', path: '/api/room/join', init: { json: { name: 'A' } }, status: 422 },
    {
      what: 'a join to nowhere',
      path: '/api/room/join',
      init: { json: { room: 'nowhere', name: 'A' } },
      status: 404,
      code: 'room_not_found',
    },
    {
      what: 'a room name with a path in it',
      path: '/api/room/join',
      init: { json: { room: '../../etc', name: 'A' } },
      status: 422,
    },
    {
      what: 'a guest without a name',
      path: '/api/room/join',
      init: { json: { room: 'ROOM' } },
      status: 422,
      code: 'name_required',
    },
    {
      what: 'a name that goes on and on',
      path: '/api/room/join',
      init: { json: { room: 'ROOM', name: long } },
      status: 422,
    },
    {
      what: 'an unknown field',
      path: '/api/room/join',
      init: { json: { room: 'ROOM', name: 'A', admin: true } },
      status: 422,
    },
    { what: 'someone unknown', path: '/api/user', status: 401, code: 'unauthenticated' },
    { what: 'a made-up token', path: '/api/user', init: { token: 'made.up.token' }, status: 401 },
    {
      what: 'a token that is no token',
      path: '/api/user',
      init: { headers: { authorization: 'Basic YTpi' } },
      status: 401,
    },
    { what: 'signalling without a token', path: '/rtc/validate', status: 401 },
    { what: 'signalling with nonsense', path: '/rtc/validate?access_token=nonsense', status: 401 },
    {
      what: 'signalling by a side door',
      path: '/rtc/../twirp/livekit.RoomService/ListRooms',
      init: { method: 'POST' },
      status: 404,
    },
    {
      what: 'signalling by an encoded side door',
      path: '/rtc/%2e%2e/twirp/livekit.RoomService/ListRooms',
      init: { method: 'POST' },
      status: 404,
    },
    {
      what: 'the admin API of livekit',
      path: '/twirp/livekit.RoomService/ListRooms',
      init: { method: 'POST' },
      status: 404,
    },
  ];

  const asAdmin: Case[] = [
    {
      what: 'a room that is there already',
      path: '/api/room',
      init: { json: { name: 'ROOM' } },
      status: 409,
      code: 'room_exists',
    },
    { what: 'a room for minus one', path: '/api/room', init: { json: { maxParticipants: -1 } }, status: 422 },
    {
      what: 'a room with an unknown right',
      path: '/api/room',
      init: { json: { permissions: { publish: ['hologram'] } } },
      status: 422,
    },
    { what: 'a change of nothing', path: '/api/room/ROOM', init: { method: 'PATCH', json: {} }, status: 422 },
    { what: 'a room with a strange name', path: '/api/room/UPPER%20CASE', status: 422 },
    { what: 'a room that is not there', path: '/api/room/not-there', status: 404, code: 'room_not_found' },
    {
      what: 'a kick of nobody',
      path: '/api/room/ROOM/participants/nobody/mute',
      init: { json: {} },
      status: 404,
      code: 'participant_not_found',
    },
    {
      what: 'an unknown deed',
      path: '/api/room/ROOM/participants/nobody/tickle',
      init: { json: {} },
      status: 404,
    },
    {
      what: 'a denial that is not there',
      path: '/api/room/ROOM/denials/none',
      init: { method: 'DELETE' },
      status: 404,
    },
    { what: 'a user that is not there', path: '/api/user/u_none', status: 404, code: 'user_not_found' },
    {
      what: 'an e-mail that is none',
      path: '/api/user',
      init: { json: { email: 'x', name: 'X', password: 'long enough' } },
      status: 422,
    },
    {
      what: 'a short password',
      path: '/api/user',
      init: { json: { email: 'x@y.z', name: 'X', password: 'short' } },
      status: 422,
    },
    {
      what: 'a token for nothing',
      path: '/api/token',
      init: { json: { name: 'x', scopes: [] } },
      status: 422,
    },
    { what: 'a page of minus one', path: '/api/room?limit=-1', status: 422 },
    { what: 'a cursor of nonsense', path: '/api/event?cursor=nonsense', status: 422 },
    { what: 'a wrong method', path: '/api/room/ROOM', init: { method: 'PUT', json: {} }, status: 405 },
  ];

  async function ask({ path, init, ...wanted }: Case, token?: string): Promise<void> {
    const answer = await didar.api<Problem>(path.replace('ROOM', room.name), {
      ...(token ? { token } : {}),
      ...init,
      ...(init?.json === undefined
        ? {}
        : { json: JSON.parse(JSON.stringify(init.json).replaceAll('"ROOM"', `"${room.name}"`)) }),
    });
    const { what, status } = wanted;
    expect({ what, status: answer.status, body: answer.body }).toMatchObject({ what, status });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect({ what, ...answer.body }).toMatchObject({
      what,
      status: answer.status,
      ...(wanted.code ? { code: wanted.code } : {}),
    });
    expect(answer.body.code).toMatch(/^[a-z0-9_]+$/);
    expect(answer.body.detail.length).toBeGreaterThan(5);
    expect(JSON.stringify(answer.body)).not.toContain('node_modules');
  }

  test.each(asAnyone)('as anyone: $what', async (wanted) => await ask(wanted));
  test.each(asAdmin)('as admin: $what', async (wanted) => await ask(wanted, admin.token));

  test('a body beyond the limit is refused', async () => {
    const answer = await didar.api<Problem>('/api/auth/login', {
      json: { email: 'a@b.c', password: 'x'.repeat(8_000_000) },
    });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  test('what an account may not do is forbidden, not hidden in an error', async () => {
    for (const path of ['/api/user', '/api/token', '/api/event', '/api/system']) {
      const answer = await didar.api<Problem>(path, { token: user.token });
      expect({ path, status: answer.status, code: answer.body.code }).toEqual({
        path,
        status: 403,
        code: 'forbidden',
      });
    }
  });

  test('a token that was changed by one letter is no token', async () => {
    const changed = admin.token.slice(0, -2) + (admin.token.endsWith('AA') ? 'BB' : 'AA');
    const [head, body] = admin.token.split('.');
    const unsigned = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${body}.`;
    for (const token of [changed, unsigned, `${head}.${body}.`]) {
      expect((await didar.api('/api/user', { token })).status).toBe(401);
    }
  });

  test('a request that is no HTTP costs only its own connection', async () => {
    const answers = await Promise.all(
      [
        '\x16\x03\x01\x02\x00',
        'GET\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n',
        `GET /${long}`,
      ].map((bytes) => garble(didar, bytes)),
    );
    for (const answer of answers) expect(answer).not.toMatch(/^HTTP\/1\.1 (2|5)/);
    expect((await didar.api('/api/health')).status).toBe(200);
  });

  test('a full room, a closed room and a locked room each say so', async () => {
    const full = await createRoom(didar, { maxParticipants: 1, locked: true });
    const locked = await didar.api<Problem>('/api/room/join', { json: { room: full.name, name: 'A' } });
    expect(locked).toMatchObject({ status: 403, body: { code: 'room_locked' } });
    await didar.local(`/api/room/${full.name}`, { method: 'PATCH', json: { state: 'closed' } });
    const closed = await didar.api<Problem>('/api/room/join', { json: { room: full.name, name: 'A' } });
    expect(closed.body.code).toBe('room_closed');
  });

  test('a room for members lets no guest in, and a private one does not even exist for them', async () => {
    const members = await createRoom(didar, { access: 'members' });
    const secret = await createRoom(didar, { access: 'private' });
    const guest = (name: string) => didar.api<Problem>('/api/room/join', { json: { room: name, name: 'A' } });
    expect((await guest(members.name)).body.code).toBe('guests_not_allowed');
    expect(await guest(secret.name)).toMatchObject({ status: 404, body: { code: 'room_not_found' } });
  });

  test('many wrong passwords slow down who tries them, and the right answer says how long', async () => {
    const tries = async () => {
      const json = { email: 'nobody@example.org', password: 'wrong password' };
      return await didar.api<Problem>('/api/auth/login', { json });
    };
    const limited = await eventually(async () => {
      const answer = await tries();
      return answer.status === 429 && answer;
    }, 'the limit');
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    // Joining is not logging in.
    expect(await joinToken(didar, room.name)).toMatchObject({ room: room.name });
  });

  test('none of it was a server error', () => {
    expect(didar.logs()).not.toContain('"level":"error"');
  });
});

/** Sends bytes over a bare connection and returns what comes back before it closes, or within two seconds. */
function garble(didar: Didar, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(didar.ports.server, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer));
  });
}
