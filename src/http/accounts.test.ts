import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { AuthConfig } from '../config/config.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { silentLogger } from '../lib/log.ts';
import { type ManualClock, manualClock } from '../lib/manual-clock.ts';
import { type Auth, createAuth } from '../modules/auth/auth.ts';
import type { DidarEvent } from '../modules/events/model.ts';
import { createRefusals } from '../modules/events/refusals.ts';
import { createEventRepo } from '../modules/events/repo.ts';
import { createEvents } from '../modules/events/service.ts';
import type { ClientInfo } from '../network/front/client-info.ts';
import { createHandler, type Handle } from './handler.ts';
import '../../test/harness/slow.ts';

const MINUTE = 60_000;
const CONFIG: AuthConfig = {
  registration: 'closed',
  guests: true,
  accessTtl: 15 * MINUTE,
  refreshTtl: 30 * 86_400_000,
  joinTtl: 10 * MINUTE,
  oidc: { scopes: [], name: 'x', allowedDomains: [], createUsers: true },
};
const TOKEN_KEY = 'a key of this test, at least thirty-two bytes';
const FROM_NETWORK: ClientInfo = { address: '198.51.100.7', transport: 'tcp', secure: true };
const OVER_SOCKET: ClientInfo = { address: 'local', transport: 'unix', secure: true };

let folder: string;
let setupCodePath: string;
let clock: ManualClock;
let db: Database;
let auth: Auth;
let handle: Handle;
let told: DidarEvent[];
let refused: DidarEvent[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'didar-accounts-'));
  setupCodePath = join(folder, 'setup-code');
  clock = manualClock(Date.now());
  db = openDatabase(join(folder, 'didar.db'), { log: silentLogger });
  build();
});
afterEach(() => {
  auth.stop();
  db.close();
  rmSync(folder, { recursive: true });
});

function build(config: Partial<AuthConfig> = {}): void {
  const events = createEvents({ repo: createEventRepo(db), clock });
  told = [];
  refused = [];
  events.subscribe((event) => (event.kind === 'request.refused' ? refused : told).push(event));
  auth = createAuth({
    db,
    events,
    clock,
    config: { ...CONFIG, ...config },
    tokenKey: TOKEN_KEY,
    setupCodePath,
    publicUrl: () => 'https://meet.example.org',
    oidcClientSecret: undefined,
    log: silentLogger,
  });
  handle = createHandler({
    authenticate: auth.authenticate,
    modules: [auth.routes],
    log: silentLogger,
    clock,
    onRefused: createRefusals({ events, clock }),
  });
}

interface Asked {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly client?: ClientInfo;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by their fields, as a client would.
type Body = any;

async function ask(route: string, { token, body, client = FROM_NETWORK }: Asked = {}) {
  const [method, path] = route.split(' ');
  const headers = new Headers();
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await handle(new Request(`http://localhost${path}`, init), client);
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body, text };
}

/** As the CLI does it: over the local socket, without a token. */
const local = (route: string, body?: unknown) => ask(route, { body, client: OVER_SOCKET });

const ADA = { email: 'ada@example.org', name: 'Ada', password: 'correct horse', role: 'admin' };
const BOB = { email: 'bob@example.org', name: 'Bob', password: 'battery staple', role: 'user' };

async function add(person: typeof ADA): Promise<string> {
  const { status, body } = await local('POST /api/user', person);
  expect(status).toBe(201);
  return body.id;
}

async function signIn({ email, password }: { email: string; password: string }): Promise<Body> {
  const { status, body } = await ask('POST /api/auth/login', { body: { email, password } });
  expect(status).toBe(200);
  return body;
}

const codeOf = async (answer: Promise<{ status: number; body: Body }>) => {
  const { status, body } = await answer;
  return [status, body?.code];
};
const me = (token: string) => ask('GET /api/auth/me', { token });
const kinds = () => told.map(({ kind }) => kind);

describe('signing in', () => {
  test('gives a short access token, a refresh token, and who one is', async () => {
    const id = await add(ADA);
    const answer = await signIn({ ...ADA, email: ' ADA@Example.org ' });
    expect(answer).toMatchObject({
      expiresIn: 900,
      user: { id, email: ADA.email, role: 'admin', disabled: false },
    });
    expect((await me(answer.accessToken)).body).toMatchObject({ kind: 'user', user: { id } });
    clock.advance(15 * MINUTE + 1000);
    expect(await codeOf(me(answer.accessToken))).toEqual([401, 'token_expired']);
  });

  test('with a wrong password is answered as for an account that is not there', async () => {
    await add(ADA);
    const wrong = await ask('POST /api/auth/login', { body: { email: ADA.email, password: 'wrong' } });
    const unknown = await ask('POST /api/auth/login', {
      body: { email: 'eve@example.org', password: 'wrong' },
    });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'credentials_invalid']);
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  test('in a crowd is refused for a moment, not piled up', async () => {
    const hashing = Promise.withResolvers<boolean>();
    using verify = spyOn(Bun.password, 'verify').mockReturnValue(hashing.promise);
    const asked = Array.from({ length: 40 }, (_, i) =>
      ask('POST /api/auth/login', { body: { email: `person${i}@example.org`, password: ADA.password } }),
    );
    // As long as nothing is hashed to its end, none of those who wait can be answered: these are the others.
    expect(await Promise.race(asked)).toMatchObject({ status: 429, body: { code: 'busy', retryAfter: 2 } });
    hashing.resolve(false);
    const answers = await Promise.all(asked);
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect(count(401)).toBeGreaterThanOrEqual(10);
    expect(count(401) + count(429)).toBe(40);
    expect(verify).toHaveBeenCalledTimes(count(401));
  });

  test('out ends the login, its access token and its refresh token', async () => {
    await add(ADA);
    const { accessToken, refreshToken } = await signIn(ADA);
    expect((await ask('POST /api/auth/logout', { token: accessToken })).status).toBe(204);
    expect(await codeOf(me(accessToken))).toEqual([401, 'login_ended']);
    expect(await codeOf(ask('POST /api/auth/refresh', { body: { refreshToken } }))).toEqual([
      401,
      'refresh_invalid',
    ]);
    expect(kinds()).toEqual(['user.created', 'login.created', 'login.revoked']);
  });
});

describe('a refresh token', () => {
  const refresh = (refreshToken: string) => ask('POST /api/auth/refresh', { body: { refreshToken } });

  test('is replaced at each use, and keeps the login alive past its first end', async () => {
    await add(ADA);
    let { refreshToken } = await signIn(ADA);
    for (let i = 0; i < 4; i += 1) {
      clock.advance(20 * 86_400_000);
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      expect(body.refreshToken).not.toBe(refreshToken);
      expect((await me(body.accessToken)).status).toBe(200);
      refreshToken = body.refreshToken;
    }
    clock.advance(31 * 86_400_000);
    expect(await codeOf(refresh(refreshToken))).toEqual([401, 'refresh_invalid']);
  });

  test('used twice at once gives both the same successor, which goes on working', async () => {
    await add(ADA);
    const { refreshToken } = await signIn(ADA);
    const [one, two] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(one.body.refreshToken).toBe(two.body.refreshToken);
    clock.advance(MINUTE);
    expect((await refresh(two.body.refreshToken)).status).toBe(200);
  });

  test.each([1, 3])(
    'used again after %d successors ends the login for everyone who holds it',
    async (rounds) => {
      await add(ADA);
      const stolen = (await signIn(ADA)).refreshToken;
      let current: Body = { refreshToken: stolen };
      for (let i = 0; i < rounds; i += 1) {
        clock.advance(MINUTE);
        current = (await refresh(current.refreshToken)).body;
      }
      clock.advance(11_000);
      expect(await codeOf(refresh(stolen))).toEqual([401, 'refresh_reused']);
      expect(await codeOf(refresh(current.refreshToken))).toEqual([401, 'refresh_invalid']);
      expect(await codeOf(me(current.accessToken))).toEqual([401, 'login_ended']);
      expect(told.at(-1)).toMatchObject({
        kind: 'login.revoked',
        actor: 'server',
        data: { reason: 'reuse' },
      });
    },
  );

  test('survives a restart of the server', async () => {
    await add(ADA);
    const { refreshToken, accessToken } = await signIn(ADA);
    build();
    expect((await me(accessToken)).status).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  test('is stored as a hash alone', async () => {
    await add(ADA);
    const { refreshToken } = await signIn(ADA);
    db.sqlite.run('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(readFileSync(join(folder, 'didar.db')).includes(refreshToken)).toBe(false);
  });

  test('of another kind, key or shape is refused', async () => {
    await add(ADA);
    const { accessToken } = await signIn(ADA);
    for (const wrong of [accessToken, auth.guestTokens.sign('g_1', 'Eve'), 'x', ''])
      expect(await codeOf(refresh(wrong))).toEqual([401, 'refresh_invalid']);
  });
});

describe('an access token', () => {
  test('that jose makes with our key is one of ours: it is a plain JWT', async () => {
    await add(ADA);
    const { accessToken } = await signIn(ADA);
    const { sub, login } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    const token = await new SignJWT({ login })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setAudience('access')
      .setExpirationTime(Math.floor(clock.now() / 1000) + 60)
      .sign(Buffer.from(TOKEN_KEY));
    expect((await me(token)).status).toBe(200);
  });

  test('that is forged, of another kind or garbage is refused, and says so where guests may come in too', async () => {
    await add(ADA);
    const { accessToken, refreshToken } = await signIn(ADA);
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const otherKey = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32, 1));
    const otherHash = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512' })
      .sign(Buffer.from(TOKEN_KEY.padEnd(64)));
    const forged = [
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'none' })}.${payload}.${signature}`,
      `${header}.${encode({ ...claims, exp: claims.exp + 9999 })}.${signature}`,
      otherKey,
      otherHash,
      refreshToken,
      auth.guestTokens.sign(claims.sub, 'Eve'),
      `${accessToken}.x`,
      'garbage',
    ];
    for (const token of forged) expect(await codeOf(me(token))).toEqual([401, 'token_invalid']);
    expect(await codeOf(ask('GET /api/user', { token: forged[0] }))).toEqual([401, 'token_invalid']);
  });

  test('is missing: then nothing but what is open to anyone is answered', async () => {
    for (const route of ['GET /api/auth/me', 'GET /api/user', 'GET /api/token', 'POST /api/auth/logout'])
      expect(await codeOf(ask(route))).toEqual([401, 'unauthenticated']);
    expect((await ask('GET /api/auth/setup')).status).toBe(200);
  });

  test('of a user who is no admin does not open what is for admins', async () => {
    const id = await add(BOB);
    const { accessToken: token } = await signIn(BOB);
    for (const [route, body] of [
      ['GET /api/user'],
      [`GET /api/user/${id}`],
      ['POST /api/user', { ...ADA }],
      [`PATCH /api/user/${id}`, { role: 'admin' }],
      [`DELETE /api/user/${id}`],
      ['GET /api/token'],
      ['POST /api/token', { name: 'x', scopes: ['admin'] }],
      ['DELETE /api/token/t_x'],
    ] as [string, unknown?][])
      expect(await codeOf(ask(route, { token, body }))).toEqual([403, 'forbidden']);
  });
});

describe('accounts', () => {
  test('are made, listed page by page, found by email, changed and removed, each with its event', async () => {
    for (let i = 0; i < 5; i += 1) {
      await add({ ...BOB, email: `bob${i}@example.org` });
      clock.advance(1);
    }
    const first = (await local('GET /api/user?limit=3')).body;
    const second = (await local(`GET /api/user?limit=3&cursor=${first.next}`)).body;
    expect([...first.items, ...second.items].map(({ email }: Body) => email)).toEqual(
      [0, 1, 2, 3, 4].map((i) => `bob${i}@example.org`),
    );
    expect(second.next).toBeNull();

    const [{ id }] = (await local('GET /api/user?email=BOB3@example.org')).body.items;
    const changed = await local(`PATCH /api/user/${id}`, { name: 'Robert', email: 'rob@example.org' });
    expect(changed.body).toMatchObject({ id, name: 'Robert', email: 'rob@example.org' });
    expect((await local(`DELETE /api/user/${id}`)).status).toBe(204);
    expect(await codeOf(local(`GET /api/user/${id}`))).toEqual([404, 'user_not_found']);
    expect(kinds().slice(5)).toEqual(['user.changed', 'user.deleted']);
    expect(told[5]).toMatchObject({
      actor: 'local',
      data: { changed: ['name', 'email'], before: { name: 'Bob' } },
    });
    expect(JSON.stringify(told)).not.toMatch(/argon2|battery/);
  });

  test('have emails of their own, however they are written', async () => {
    await add(ADA);
    const id = await add(BOB);
    expect(await codeOf(local('POST /api/user', { ...BOB, email: 'ADA@example.org' }))).toEqual([
      409,
      'email_taken',
    ]);
    expect(await codeOf(local(`PATCH /api/user/${id}`, { email: 'Ada@example.org' }))).toEqual([
      409,
      'email_taken',
    ]);
    expect((await local(`PATCH /api/user/${id}`, { email: 'BOB@example.org' })).status).toBe(200);
  });

  test('that are disabled end at once, with their logins and API tokens, and what depends on them is told', async () => {
    await add(ADA);
    const id = await add({ ...BOB, role: 'admin' });
    const ended: string[] = [];
    auth.onUserEnded((userId) => ended.push(userId));
    const { accessToken, refreshToken } = await signIn(BOB);
    const made = await ask('POST /api/token', { token: accessToken, body: { name: 'x', scopes: ['admin'] } });
    const madeWithIt = await ask('POST /api/token', {
      token: made.body.token,
      body: { name: 'y', scopes: ['read'] },
    });

    await local(`PATCH /api/user/${id}`, { disabled: true });
    expect(await codeOf(me(accessToken))).toEqual([401, 'login_ended']);
    expect(await codeOf(ask('POST /api/auth/refresh', { body: { refreshToken } }))).toEqual([
      401,
      'refresh_invalid',
    ]);
    expect(await codeOf(me(made.body.token))).toEqual([401, 'token_invalid']);
    expect(await codeOf(me(madeWithIt.body.token))).toEqual([401, 'token_invalid']);
    expect(
      await codeOf(ask('POST /api/auth/login', { body: { email: BOB.email, password: BOB.password } })),
    ).toEqual([403, 'user_disabled']);
    expect(ended).toEqual([id]);

    await local(`PATCH /api/user/${id}`, { disabled: false });
    expect((await signIn(BOB)).user.id).toBe(id);
    expect(await codeOf(me(accessToken))).toEqual([401, 'login_ended']);
  });

  test('with a new password keep only the login that set it', async () => {
    const id = await add(ADA);
    const here = await signIn(ADA);
    const elsewhere = await signIn(ADA);
    await ask(`PATCH /api/user/${id}`, { token: here.accessToken, body: { password: 'another horse' } });
    expect((await me(here.accessToken)).status).toBe(200);
    expect(await codeOf(me(elsewhere.accessToken))).toEqual([401, 'login_ended']);
    expect(
      await codeOf(ask('POST /api/auth/login', { body: { email: ADA.email, password: ADA.password } })),
    ).toEqual([401, 'credentials_invalid']);
    await signIn({ ...ADA, password: 'another horse' });
  });

  test('that lose the admin role lose it for what they hold already', async () => {
    await add(ADA);
    const id = await add({ ...BOB, role: 'admin' });
    const { accessToken } = await signIn(BOB);
    const made = await ask('POST /api/token', { token: accessToken, body: { name: 'x', scopes: ['admin'] } });
    await local(`PATCH /api/user/${id}`, { role: 'user' });
    expect(await codeOf(ask('GET /api/user', { token: accessToken }))).toEqual([403, 'forbidden']);
    expect(await codeOf(ask('GET /api/user', { token: made.body.token }))).toEqual([401, 'token_invalid']);
  });

  test('always have one admin among them', async () => {
    const ada = await add(ADA);
    const bob = await add({ ...BOB, role: 'admin' });
    await local(`PATCH /api/user/${bob}`, { disabled: true });
    for (const [route, body] of [
      [`DELETE /api/user/${ada}`],
      [`PATCH /api/user/${ada}`, { disabled: true }],
      [`PATCH /api/user/${ada}`, { role: 'user' }],
    ] as [string, unknown?][])
      expect(await codeOf(local(route, body))).toEqual([409, 'last_admin']);
    expect((await signIn(ADA)).user.role).toBe('admin');
    expect((await local(`DELETE /api/user/${bob}`)).status).toBe(204);
  });

  test('with a faulty field are refused, and the password is not repeated', async () => {
    for (const fault of [
      { email: 'nobody' },
      { password: 'short' },
      { role: 'owner' },
      { name: '' },
      { more: 1 },
    ]) {
      const { status, body, text } = await local('POST /api/user', { ...ADA, ...fault });
      expect([status, body.code]).toEqual([422, 'invalid_request']);
      expect(text).not.toContain(fault.password ?? ADA.password);
    }
  });
});

describe('an API token', () => {
  test('is shown once, kept as a hash, and opens what its scopes say', async () => {
    const { status, body } = await local('POST /api/token', { name: 'backup', scopes: ['read'] });
    expect(status).toBe(201);
    expect(body.token).toStartWith('didar_');
    expect(await me(body.token)).toMatchObject({ status: 200, body: { kind: 'token', scopes: ['read'] } });
    expect(await codeOf(ask('GET /api/user', { token: body.token }))).toEqual([403, 'forbidden']);
    expect((await local('GET /api/token')).text).not.toContain(body.token);
    expect(JSON.stringify(told)).not.toContain(body.token);
    db.sqlite.run('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(readFileSync(join(folder, 'didar.db')).includes(body.token)).toBe(false);
  });

  test('expires after ninety days, when it was told to, or never', async () => {
    const make = async (expiresIn?: number | null) =>
      (await local('POST /api/token', { name: 'x', scopes: ['read'], expiresIn })).body;
    const [usual, short, endless] = [await make(), await make(60), await make(null)];
    expect(endless.expiresAt).toBeNull();
    clock.advance(MINUTE);
    expect(await codeOf(me(short.token))).toEqual([401, 'token_expired']);
    expect((await me(usual.token)).status).toBe(200);
    clock.advance(90 * 86_400_000);
    expect(await codeOf(me(usual.token))).toEqual([401, 'token_expired']);
    expect((await me(endless.token)).status).toBe(200);
  });

  test('tells when it was last used, and ends when it is revoked', async () => {
    const { body } = await local('POST /api/token', { name: 'x', scopes: ['admin'] });
    expect(body.usedAt).toBeNull();
    clock.advance(MINUTE);
    await ask('GET /api/user', { token: body.token });
    expect((await local('GET /api/token')).body.items[0].usedAt).toBe(new Date(clock.now()).toISOString());
    expect((await local(`DELETE /api/token/${body.id}`)).status).toBe(204);
    expect(await codeOf(me(body.token))).toEqual([401, 'token_invalid']);
    expect(await codeOf(local(`DELETE /api/token/${body.id}`))).toEqual([404, 'token_not_found']);
    expect(kinds()).toEqual(['token.created', 'token.revoked']);
  });

  test('sent over the local socket counts for what it is, not as admin', async () => {
    const { body } = await local('POST /api/token', { name: 'x', scopes: ['read'] });
    expect(await codeOf(ask('GET /api/user', { token: body.token, client: OVER_SOCKET }))).toEqual([
      403,
      'forbidden',
    ]);
  });
});

describe('a guest token', () => {
  test('brings the same guest back, for thirty days, and nobody else', () => {
    const token = auth.guestTokens.sign('g_1', 'Zoë');
    expect(auth.guestTokens.verify(token)).toEqual({ identity: 'g_1', name: 'Zoë' });
    expect(auth.guestTokens.verify(`${token}x`)).toBeUndefined();
    clock.advance(30 * 86_400_000 + 1000);
    expect(auth.guestTokens.verify(token)).toBeUndefined();
  });
});

describe('the first start', () => {
  const register = (setupCode?: string, person: object = {}) => {
    const { role: _, ...ada } = ADA;
    return ask('POST /api/auth/register', { body: { ...ada, ...person, setupCode } });
  };

  test('makes a code in a file for the owner alone; who has it becomes the admin, once', async () => {
    const { setupCode } = await auth.start();
    expect(readFileSync(setupCodePath, 'utf8').trim()).toBe(setupCode ?? 'none');
    expect(statSync(setupCodePath).mode & 0o777).toBe(0o600);
    expect((await ask('GET /api/auth/setup')).body).toEqual({ needed: true, code: null });
    expect((await local('GET /api/auth/setup')).body).toEqual({ needed: true, code: setupCode });

    expect(await codeOf(register('abcd-abcd-abcd'))).toEqual([403, 'setup_code_invalid']);
    expect(await codeOf(register())).toEqual([403, 'registration_closed']);
    const both = await Promise.all([
      register(` ${setupCode?.toUpperCase()}`),
      register(setupCode, { email: 'second@example.org' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
    const answer = both.find(({ status }) => status === 201)?.body;
    expect(answer.user.role).toBe('admin');
    expect((await ask('GET /api/user', { token: answer.accessToken })).status).toBe(200);

    expect(existsSync(setupCodePath)).toBe(false);
    expect(await codeOf(register(setupCode, { email: 'third@example.org' }))).toEqual([403, 'setup_done']);
    expect((await local('GET /api/auth/setup')).body).toEqual({ needed: false, code: null });
  });

  test('keeps its code over a restart, and gives it up when an admin is made by other means', async () => {
    const { setupCode } = await auth.start();
    build();
    expect((await auth.start()).setupCode).toBe(setupCode);
    await add(ADA);
    expect((await local('GET /api/auth/setup')).body).toEqual({ needed: false, code: null });
    build();
    expect((await auth.start()).setupCode).toBeUndefined();
    expect(existsSync(setupCodePath)).toBe(false);
  });

  test('with open registration makes users, never admins', async () => {
    build({ registration: 'open' });
    const answer = await register();
    expect(answer).toMatchObject({ status: 201, body: { user: { role: 'user' } } });
    expect(await codeOf(register())).toEqual([409, 'email_taken']);
  });
});

describe('the devices that are signed in', () => {
  test('are listed for oneself, and one of them is ended at once', async () => {
    await add(BOB);
    const phone = await signIn(BOB);
    clock.advance(MINUTE);
    const laptop = await signIn(BOB);
    const { body } = await ask('GET /api/auth/logins', { token: laptop.accessToken });
    expect(body.items.map(({ current }: Body) => current)).toEqual([false, true]);
    expect(body.items[0]).toMatchObject({ address: FROM_NETWORK.address });

    const route = `DELETE /api/auth/logins/${body.items[0].id}`;
    expect((await ask(route, { token: laptop.accessToken })).status).toBe(204);
    expect(await codeOf(me(phone.accessToken))).toEqual([401, 'login_ended']);
    expect((await me(laptop.accessToken)).status).toBe(200);
    expect(await codeOf(ask(route, { token: laptop.accessToken }))).toEqual([404, 'login_not_found']);
  });

  test('of another are nobody’s but an admin’s', async () => {
    await add(ADA);
    const bob = await add(BOB);
    const [ada, phone] = [await signIn(ADA), await signIn(BOB)];
    const { items } = (await ask('GET /api/auth/logins', { token: ada.accessToken })).body;
    const foreign = `DELETE /api/auth/logins/${items[0].id}`;
    expect(await codeOf(ask(foreign, { token: phone.accessToken }))).toEqual([404, 'login_not_found']);
    for (const route of [`GET /api/user/${bob}/logins`, `DELETE /api/user/${bob}/logins`])
      expect(await codeOf(ask(route, { token: phone.accessToken }))).toEqual([403, 'forbidden']);

    const seen = await ask(`GET /api/user/${bob}/logins`, { token: ada.accessToken });
    expect(seen.body.items).toHaveLength(1);
    await ask(`DELETE /api/user/${bob}/logins/${seen.body.items[0].id}`, { token: ada.accessToken });
    expect(await codeOf(me(phone.accessToken))).toEqual([401, 'login_ended']);

    const tablet = await signIn(BOB);
    await ask(`DELETE /api/user/${bob}/logins`, { token: ada.accessToken });
    expect(await codeOf(me(tablet.accessToken))).toEqual([401, 'login_ended']);
    expect((await me(ada.accessToken)).status).toBe(200);
  });

  test('other than this one end when one changes one’s password, for which the old one is needed', async () => {
    await add(BOB);
    const [phone, laptop] = [await signIn(BOB), await signIn(BOB)];
    const change = (currentPassword: string) =>
      ask('POST /api/auth/password', {
        token: laptop.accessToken,
        body: { currentPassword, newPassword: 'a horse of another colour' },
      });
    expect(await codeOf(change('not that'))).toEqual([403, 'current_password_wrong']);
    expect((await change(BOB.password)).status).toBe(204);
    expect((await me(laptop.accessToken)).status).toBe(200);
    expect(await codeOf(me(phone.accessToken))).toEqual([401, 'login_ended']);
    expect(told.at(-1)).toMatchObject({ kind: 'user.changed', data: { changed: ['password'] } });
    await signIn({ email: BOB.email, password: 'a horse of another colour' });
  });
});

describe('the audit', () => {
  test('has who tried what they may not do, and who was meant', async () => {
    const ada = await add(ADA);
    const bob = await add(BOB);
    const { accessToken: token } = await signIn(BOB);
    await ask(`PATCH /api/user/${bob}`, { token, body: { role: 'admin' } });
    await ask(`DELETE /api/user/${ada}`, { token });
    expect(refused).toMatchObject([
      { actor: bob, object: `user:${bob}`, outcome: 'refused', data: { code: 'forbidden', method: 'PATCH' } },
      {
        actor: bob,
        object: `user:${ada}`,
        outcome: 'refused',
        data: { code: 'forbidden', method: 'DELETE' },
      },
    ]);
  });

  test('has logins that failed, with the account where there is one, and never what was typed', async () => {
    const id = await add(ADA);
    await ask('POST /api/auth/login', { body: { email: ADA.email, password: 'wrong password' } });
    await ask('POST /api/auth/login', { body: { email: 'eve@example.org', password: 'my secret' } });
    expect(refused).toMatchObject([
      {
        actor: 'anyone',
        object: `user:${id}`,
        data: { code: 'credentials_invalid', address: FROM_NETWORK.address },
      },
      { actor: 'anyone', object: null, data: { code: 'credentials_invalid' } },
    ]);
    expect(JSON.stringify(refused)).not.toMatch(/wrong password|my secret|eve@/);
  });

  test('tells what an account was before and after, without its password', async () => {
    const id = await add(BOB);
    await local(`PATCH /api/user/${id}`, { name: 'Robert', password: 'another horse' });
    expect(told.at(-1)).toMatchObject({
      kind: 'user.changed',
      actor: 'local',
      object: `user:${id}`,
      outcome: 'done',
      data: { before: { name: 'Bob' }, after: { name: 'Robert' }, changed: ['name', 'password'] },
    });
    expect(JSON.stringify(told)).not.toContain('another horse');
  });
});

describe('an invitation', () => {
  const invite = async (body: object = {}) => (await local('POST /api/invitation', body)).body;
  const accept = (invitation: string, person: object = {}) => {
    const { role: _, ...bob } = BOB;
    return ask('POST /api/auth/register', { body: { ...bob, ...person, invitation } });
  };
  beforeEach(() => build({ registration: 'invite' }));

  test('makes one account with the role it was made for, once', async () => {
    const { id, token, url, expiresAt } = await invite({ role: 'admin' });
    expect(url).toBe(`https://meet.example.org/account#invitation=${token}`);
    expect(Date.parse(expiresAt) - clock.now()).toBe(7 * 86_400_000);
    expect((await local('GET /api/invitation')).body.items.map((one: Body) => one.id)).toEqual([id]);
    expect((await local('GET /api/invitation')).text).not.toContain(token);

    const both = await Promise.all([accept(token), accept(token, { email: 'eve@example.org' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
    expect(both.find(({ status }) => status === 201)?.body.user.role).toBe('admin');
    expect((await local('GET /api/user')).body.items).toHaveLength(1);
    expect((await accept(token)).body.detail).toBe('This invitation was used already.');
    expect((await local('GET /api/invitation')).body.items).toEqual([]);
    expect(kinds()).toEqual(['invitation.created', 'user.created', 'invitation.used', 'login.created']);
  });

  test('for an email makes no account with another', async () => {
    const { token, url } = await invite({ email: 'Bob@example.org' });
    expect(url).toEndWith('&email=Bob%40example.org');
    const other = await accept(token, { email: 'eve@example.org' });
    expect(other).toMatchObject({ status: 403, body: { code: 'invitation_invalid' } });
    expect((await accept(token)).status).toBe(201);
  });

  test('ends by time and by hand', async () => {
    const [short, revoked] = [await invite({ expiresIn: 60 }), await invite()];
    clock.advance(MINUTE);
    expect((await accept(short.token)).body.detail).toBe('This invitation has expired.');
    expect((await local(`DELETE /api/invitation/${revoked.id}`)).status).toBe(204);
    expect((await accept(revoked.token)).body.detail).toBe('This invitation was taken back.');
    expect(await codeOf(local(`DELETE /api/invitation/${revoked.id}`))).toEqual([
      404,
      'invitation_not_found',
    ]);
    expect(await codeOf(accept('made up'))).toEqual([403, 'invitation_invalid']);
  });

  test('is needed where registration is by invitation, and no good where it is closed', async () => {
    const { token } = await invite();
    expect(await codeOf(accept(undefined as never))).toEqual([403, 'registration_closed']);
    build({ registration: 'closed' });
    expect(await codeOf(accept(token))).toEqual([403, 'registration_closed']);
    expect(await codeOf(local('POST /api/invitation', {}))).toEqual([403, 'registration_closed']);
  });

  test('is made by admins alone', async () => {
    await add(BOB);
    const { accessToken: token } = await signIn(BOB);
    for (const route of ['GET /api/invitation', 'POST /api/invitation', 'DELETE /api/invitation/i_1'])
      expect(await codeOf(ask(route, { token, body: route.startsWith('POST') ? {} : undefined }))).toEqual([
        403,
        'forbidden',
      ]);
  });
});

describe('a link to set a new password', () => {
  const link = async (id: string) => (await local(`POST /api/user/${id}/reset`)).body;
  const use = (token: string, password = 'a horse of another colour') =>
    ask('POST /api/auth/reset', { body: { token, password } });

  test('works once, signs in, and ends every login there was', async () => {
    const bob = await add(BOB);
    const phone = await signIn(BOB);
    const made = await link(bob);
    expect(made).toMatchObject({
      user: { email: BOB.email },
      url: `https://meet.example.org/account#reset=${made.token}`,
    });

    const both = await Promise.all([use(made.token), use(made.token)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
    const fresh = both.find(({ status }) => status === 200)?.body;
    expect((await me(fresh.accessToken)).body.user.id).toBe(bob);
    expect(await codeOf(me(phone.accessToken))).toEqual([401, 'login_ended']);
    expect(
      await codeOf(ask('POST /api/auth/login', { body: { email: BOB.email, password: BOB.password } })),
    ).toEqual([401, 'credentials_invalid']);
    await signIn({ email: BOB.email, password: 'a horse of another colour' });
    expect(told.find(({ kind }) => kind === 'user.changed')?.actor).toBe(bob);
  });

  test('holds for a day, and not when there is a newer one', async () => {
    const bob = await add(BOB);
    const older = await link(bob);
    const newer = await link(bob);
    expect((await use(older.token)).body.detail).toBe('This link was taken back.');
    clock.advance(86_400_000);
    expect(await codeOf(use(newer.token))).toEqual([403, 'reset_invalid']);
  });

  test('lets nobody in whose account is disabled, and is gone with the account', async () => {
    await add(ADA);
    const bob = await add(BOB);
    const { token } = await link(bob);
    await local(`PATCH /api/user/${bob}`, { disabled: true });
    expect(await codeOf(use(token))).toEqual([403, 'user_disabled']);
    await local(`DELETE /api/user/${bob}`);
    expect(await codeOf(use(token))).toEqual([403, 'reset_invalid']);
  });
});
