import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openWholeHouse, SECRETS, type WholeHouse } from '../../test/fixtures/whole-house.ts';
import { createJwtSigner } from '../lib/jwt.ts';
import { createSignedTokens } from '../modules/auth/signed-tokens.ts';
import type { JoinAnswer } from '../modules/rooms/model.ts';

/**
 * Who is the least that may ask. `open`: anyone; `user`: whoever signed in; `member`, `moderator`, `owner`: of the room,
 * or `public` where anyone signed in may know of it; `admin`: of the server.
 */
type Least = 'open' | 'user' | 'public' | 'moderator' | 'owner' | 'admin';

/** Every operation of the contract, with a body that is as it should be. One that is missing here fails the test. */
const OPERATIONS: Readonly<Record<string, readonly [least: Least, body?: unknown]>> = {
  'post /api/auth/login': ['open', { email: 'nobody@example.org', password: 'wrong horse battery' }],
  'post /api/auth/refresh': ['open', { refreshToken: 'x' }],
  'post /api/auth/register': [
    'open',
    { email: 'new@example.org', name: 'New', password: 'horse battery staple' },
  ],
  'post /api/auth/reset': ['open', { token: 'x', password: 'horse battery staple' }],
  'get /api/auth/setup': ['open'],
  'get /api/auth/options': ['open'],
  'get /api/auth/oidc/start': ['open'],
  'get /api/auth/oidc/callback': ['open'],
  'post /api/auth/oidc/finish': ['open'],
  'get /api/auth/me': ['user'],
  'get /api/auth/logins': ['user'],
  'delete /api/auth/logins/{id}': ['user'],
  'post /api/auth/logout': ['user'],
  'post /api/auth/password': [
    'user',
    { currentPassword: 'wrong horse', newPassword: 'horse battery staple' },
  ],
  'get /api/event': ['admin'],
  'get /api/event/export': ['admin'],
  'get /api/event/stream': ['admin'],
  'get /api/health': ['open'],
  'get /api/ready': ['open'],
  'post /api/livekit/webhook': ['open', {}],
  'get /api/invitation': ['admin'],
  'post /api/invitation': ['admin', {}],
  'delete /api/invitation/{id}': ['admin'],
  'get /api/job': ['admin'],
  'get /api/job/{id}': ['admin'],
  'post /api/job/{id}/cancel': ['admin'],
  'post /api/job/{id}/retry': ['admin'],
  'get /api/participant': ['admin'],
  'get /api/recording': ['admin'],
  'get /api/recording/{id}': ['admin'],
  'delete /api/recording/{id}': ['admin'],
  'get /api/recording/{id}/files/{file}': ['admin'],
  'post /api/recording/{id}/stop': ['admin'],
  'get /api/room': ['user'],
  'post /api/room': ['user', {}],
  'post /api/room/join': ['open', { room: 'secret', name: 'Someone' }],
  'get /api/room/{name}': ['public'],
  'patch /api/room/{name}': ['owner', { title: 'x' }],
  'delete /api/room/{name}': ['owner'],
  'get /api/room/{name}/denials': ['moderator'],
  'delete /api/room/{name}/denials/{id}': ['moderator'],
  'post /api/room/{name}/lower': ['moderator', { publish: [] }],
  'get /api/room/{name}/invites': ['moderator'],
  'post /api/room/{name}/invites': ['moderator', {}],
  'delete /api/room/{name}/invites/{id}': ['moderator'],
  'get /api/room/{name}/wait': ['open'],
  'get /api/room/{name}/waiting': ['moderator'],
  'get /api/room/{name}/members': ['moderator'],
  'put /api/room/{name}/members/{user}': ['moderator', { role: 'attendee' }],
  'delete /api/room/{name}/members/{user}': ['moderator'],
  'post /api/room/{name}/mute': ['moderator', {}],
  'post /api/room/{name}/owner': ['owner', { user: 'u_1' }],
  'get /api/room/{name}/participants': ['moderator'],
  'patch /api/room/{name}/participants/{identity}': ['moderator', { permissions: { data: false } }],
  'post /api/room/{name}/participants/{identity}/admit': ['moderator'],
  'post /api/room/{name}/participants/{identity}/refuse': ['moderator'],
  'post /api/room/{name}/participants/{identity}/ban': ['moderator', {}],
  'post /api/room/{name}/participants/{identity}/kick': ['moderator', {}],
  'post /api/room/{name}/participants/{identity}/mute': ['moderator', {}],
  'post /api/room/{name}/participants/{identity}/unmute': ['moderator'],
  'post /api/room/{name}/recordings': ['moderator', {}],
  'post /api/room/{name}/restore': ['moderator'],
  'post /api/room/{name}/unmute': ['moderator'],
  'get /api/waiting': ['admin'],
  'get /api/system': ['admin'],
  'post /api/system/doctor': ['admin'],
  'get /api/system/backup': ['admin'],
  'post /api/system/backup': ['admin'],
  'get /api/system/backup/files': ['admin'],
  'post /api/system/backup/job': ['admin'],
  'get /api/system/log': ['admin'],
  'patch /api/system/log': ['admin', { level: 'info' }],
  'get /api/system/network': ['admin'],
  'post /api/system/network/test': ['admin'],
  'get /api/system/usage': ['admin'],
  'get /metrics': ['admin'],
  'get /api/token': ['admin'],
  'post /api/token': ['admin', { name: 'x', scopes: ['read'] }],
  'delete /api/token/{id}': ['admin'],
  'get /api/user': ['admin'],
  'post /api/user': ['admin', { email: 'x@example.org', name: 'X', password: 'horse battery staple' }],
  'get /api/user/{id}': ['admin'],
  'patch /api/user/{id}': ['admin', { name: 'X' }],
  'delete /api/user/{id}': ['admin'],
  'get /api/user/{id}/logins': ['admin'],
  'delete /api/user/{id}/logins': ['admin'],
  'delete /api/user/{id}/logins/{login}': ['admin'],
  'post /api/user/{id}/reset': ['admin'],
  'get /api/webhook': ['admin'],
  'post /api/webhook': ['admin', { url: 'https://example.org/hook' }],
  'get /api/webhook/{id}': ['admin'],
  'patch /api/webhook/{id}': ['admin', { enabled: false }],
  'delete /api/webhook/{id}': ['admin'],
  'post /api/webhook/{id}/secret': ['admin'],
  'post /api/webhook/{id}/ping': ['admin'],
  'get /api/webhook/{id}/deliveries': ['admin'],
  'post /api/webhook/{id}/redeliver': ['admin'],
  'post /api/webhook/{id}/deliveries/{delivery}/redeliver': ['admin'],
};

/** What is looked up by its id alone, so that what isn't there is not found: whose it would be, nobody can tell. */
const HIDES = /^\w+ \/api\/recording\/\{id\}/;

let house: WholeHouse;
let operations: string[];
let asked = 0;
/** Access tokens of people: nobody's, an attendee's and a moderator's of the rooms `daily` and `secret`. */
const people: Record<string, string> = {};
const ids: Record<string, string> = {};

const { tokenKey, livekitApiKey, livekitApiSecret } = SECRETS;
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (claims: object, signature = '') =>
  `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.${signature}`;

async function signIn(name: string): Promise<void> {
  const { auth } = house.services;
  const input = { email: `${name}@example.org`, name, role: 'user', passwordHash: 'none' } as const;
  const user = auth.users.insert({ kind: 'local' }, input);
  ids[name] = user.id;
  people[name] = auth.logins.open(user, { address: '198.51.100.7', userAgent: null }).accessToken;
}

function ask(operation: string, token: string | undefined, room = 'daily') {
  const [method = '', path = ''] = operation.split(' ');
  const [, body] = OPERATIONS[operation] ?? [];
  const filled = path.replace('{name}', room).replace(/\{\w+\}/g, 'x_1');
  // From an address of its own each time: who is refused often has to wait.
  asked += 1;
  const address = `198.51.${asked >> 8}.${asked & 255}`;
  return house.ask(filled, { method: method.toUpperCase(), json: body, token, address });
}

beforeAll(async () => {
  house = openWholeHouse();
  for (const name of ['stranger', 'attendee', 'moderator']) await signIn(name);
  for (const [room, access] of [
    ['daily', 'public'],
    ['secret', 'private'],
  ]) {
    await house.ask('/api/room', { local: true, json: { name: room, access } });
    for (const role of ['attendee', 'moderator']) {
      const at = `/api/room/${room}/members/${ids[role]}`;
      const { status } = await house.ask(at, { local: true, method: 'PUT', json: { role } });
      expect(status).toBe(200);
    }
  }
  const { body } = await house.ask<{ paths: Record<string, object> }>('/openapi.json');
  operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
});
afterAll(() => house.close());

const leastOf = (operation: string) => OPERATIONS[operation]?.[0];
const closed = () => operations.filter((operation) => leastOf(operation) !== 'open');

test('every operation says here who may ask it', () => {
  // A new operation: add it to OPERATIONS above, with the least who may ask it and a body that is valid.
  expect(operations.filter((operation) => !(operation in OPERATIONS))).toEqual([]);
  expect(Object.keys(OPERATIONS).filter((operation) => !operations.includes(operation))).toEqual([]);
});

test('without a token nothing is told that is not open', async () => {
  for (const operation of closed()) {
    const { status, body } = await ask(operation, undefined);
    expect([operation, status, body.code]).toEqual([operation, 401, 'unauthenticated']);
  }
});

test('with the token of a user who has no part in it', async () => {
  for (const operation of closed()) {
    if (leastOf(operation) === 'user' || HIDES.test(operation)) continue;
    const inRoom = operation.includes('{name}');
    const known = await ask(operation, people.stranger);
    if (leastOf(operation) !== 'public')
      expect([operation, known.status, known.body.code]).toEqual([operation, 403, 'forbidden']);
    if (!inRoom) continue;
    const hidden = await ask(operation, people.stranger, 'secret');
    expect([operation, hidden.status, hidden.body.code]).toEqual([operation, 404, 'room_not_found']);
  }
});

test('what is not there is not found', async () => {
  for (const operation of closed().filter((each) => HIDES.test(each))) {
    const { status } = await ask(operation, people.stranger);
    expect([operation, status]).toEqual([operation, 404]);
  }
});

test('with the token of a member whose role does not reach', async () => {
  for (const operation of closed()) {
    const least = leastOf(operation);
    const refused = least === 'owner' ? ['attendee', 'moderator'] : least === 'moderator' ? ['attendee'] : [];
    for (const who of refused) {
      const { status, body } = await ask(operation, people[who]);
      expect([operation, who, status, body.code]).toEqual([operation, who, 403, 'forbidden']);
    }
  }
});

describe('with a token that does not hold', () => {
  async function refused(token: string, code: string): Promise<void> {
    // To join one may come without a token, but not with a wrong one.
    for (const operation of [...closed(), 'post /api/room/join']) {
      const { status, body } = await ask(operation, token);
      expect([operation, status, body.code]).toEqual([operation, 401, code]);
    }
  }
  const sub = () => ids.moderator ?? '';
  const signed = (key: string) => createSignedTokens({ key, clock: house.clock });
  const loginOf = (token = '') => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

  test('because it is over', () => {
    const { login } = loginOf(people.moderator);
    return refused(signed(tokenKey).sign('access', sub(), house.clock.now(), { login }), 'token_expired');
  });

  test('because nobody signed it', async () => {
    const [, , signature] = (people.moderator ?? '').split('.');
    await refused(unsigned(loginOf(people.moderator)), 'token_invalid');
    await refused(unsigned(loginOf(people.moderator), signature), 'token_invalid');
  });

  test('because another key signed it', () => {
    const { login } = loginOf(people.moderator);
    const expiresAt = house.clock.now() + 60_000;
    return refused(signed('k'.repeat(43)).sign('access', sub(), expiresAt, { login }), 'token_invalid');
  });

  test('because it is for something else: to refresh, to come back as a guest, to join', async () => {
    const { login } = loginOf(people.moderator);
    const expiresAt = house.clock.now() + 60_000;
    await refused(signed(tokenKey).sign('refresh', login, expiresAt), 'token_invalid');
    await refused(signed(tokenKey).sign('guest', 'g_1', expiresAt, { name: 'x' }), 'token_invalid');
    const { body } = await house.ask<JoinAnswer>('/api/room/join', {
      json: { room: 'daily' },
      token: people.moderator,
    });
    await refused(body.token, 'token_invalid');
  });

  test('because the login was ended, or the account disabled', async () => {
    await signIn('leaver');
    expect((await house.ask('/api/auth/logout', { method: 'POST', token: people.leaver })).status).toBe(204);
    await refused(people.leaver ?? '', 'login_ended');
    await signIn('disabled');
    const at = `/api/user/${ids.disabled}`;
    await house.ask(at, { local: true, method: 'PATCH', json: { disabled: true } });
    await refused(people.disabled ?? '', 'login_ended');
  });

  test('because the API token was revoked, or never was', async () => {
    const made = await house.ask<{ id: string; token: string }>('/api/token', {
      local: true,
      json: { name: 'x', scopes: ['admin'] },
    });
    await house.ask(`/api/token/${made.body.id}`, { local: true, method: 'DELETE' });
    await refused(made.body.token, 'token_invalid');
    await refused('didar_never-was', 'token_invalid');
  });
});

test('at the signalling with a join token that does not hold, or is for another room', async () => {
  const now = Math.floor(house.clock.now() / 1000);
  const claims = (room: string, exp = now + 600) => ({
    iss: livekitApiKey,
    sub: 'g_1',
    exp,
    video: { room, roomJoin: true },
  });
  const client = { address: '198.51.100.9', transport: 'tcp', secure: true } as const;
  const sign = createJwtSigner(livekitApiSecret);
  const admit = (token: string | undefined) => {
    const admission = house.services.admit(token, client);
    return admission.ok ? admission.room : admission.code;
  };
  expect(admit(sign(claims('daily')))).toBe('daily');
  for (const token of [
    undefined,
    '',
    unsigned(claims('daily')),
    unsigned(claims('daily'), sign(claims('daily')).split('.')[2]),
    createJwtSigner('w'.repeat(43))(claims('daily')),
    sign(claims('daily', now - 1)),
    sign({ ...claims('daily'), iss: 'another' }),
    sign({ ...claims('daily'), video: { room: 'daily', roomAdmin: true } }),
    people.moderator,
  ]) {
    expect([token, admit(token)]).toEqual([token, 'join_token_invalid']);
  }
  expect(admit(sign(claims('elsewhere')))).toBe('room_not_found');
  const forgedRoom = sign(claims('daily')).split('.');
  forgedRoom[1] = encode(claims('secret'));
  expect(admit(forgedRoom.join('.'))).toBe('join_token_invalid');
});
