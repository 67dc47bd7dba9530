import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OidcProvider, startOidcProvider } from '../../test/fixtures/oidc-provider.ts';
import type { OidcConfig } from '../config/config.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { silentLogger } from '../lib/log.ts';
import { type ManualClock, manualClock } from '../lib/manual-clock.ts';
import { type Auth, createAuth } from '../modules/auth/auth.ts';
import { createEventRepo } from '../modules/events/repo.ts';
import { createEvents } from '../modules/events/service.ts';
import type { ClientInfo } from '../network/front/client-info.ts';
import { createHandler, type Handle } from './handler.ts';

const BASE = 'https://meet.example.org';
const CLIENT: ClientInfo = { address: '198.51.100.7', transport: 'tcp', secure: true };
const LOCAL: ClientInfo = { address: 'local', transport: 'unix', secure: true };
const ADA = { sub: 'a1', email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' };

let provider: OidcProvider;
let folder: string;
let clock: ManualClock;
let db: Database;
let auth: Auth;
let handle: Handle;

beforeAll(async () => {
  provider = await startOidcProvider({ redirectUris: () => [`${BASE}/api/auth/oidc/callback`] });
});
afterAll(() => provider.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'didar-oidc-'));
  db = openDatabase(join(folder, 'didar.db'), { log: silentLogger });
  provider.person = ADA;
  build();
});
afterEach(() => {
  auth.stop();
  db.close();
  rmSync(folder, { recursive: true });
});

function build(
  oidc: Partial<OidcConfig> = {},
  clientSecret = provider.clientSecret,
  registration: 'closed' | 'open' = 'closed',
): void {
  clock = manualClock(Date.now());
  const events = createEvents({ repo: createEventRepo(db), clock });
  auth = createAuth({
    db,
    events,
    clock,
    config: {
      registration,
      guests: true,
      accessTtl: 900_000,
      refreshTtl: 86_400_000,
      joinTtl: 600_000,
      oidc: {
        issuer: provider.issuer,
        clientId: provider.clientId,
        scopes: ['openid', 'email', 'profile'],
        name: 'Example',
        allowedDomains: [],
        createUsers: true,
        ...oidc,
      },
    },
    tokenKey: 'a key of this test, at least thirty-two bytes',
    setupCodePath: join(folder, 'setup-code'),
    publicUrl: () => BASE,
    oidcClientSecret: clientSecret,
    log: silentLogger,
  });
  handle = createHandler({
    authenticate: auth.authenticate,
    modules: [auth.routes],
    log: silentLogger,
    clock,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by their fields, as a client would.
type Body = any;

async function local(route: string, body?: unknown): Promise<Body> {
  const [method, path] = route.split(' ');
  const headers = { 'content-type': 'application/json' };
  const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const answer = await handle(new Request(`http://localhost${path}`, init), LOCAL);
  return answer.json();
}

/** A browser: keeps cookies, follows to the provider and back. */
function openBrowser() {
  const jars = new Map<string, Map<string, string>>();
  const seen: string[] = [];

  async function go(url: string, method = 'GET'): Promise<Response> {
    const { origin, pathname, search } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const init = { method, headers: { cookie }, redirect: 'manual' } as const;
    const answer =
      origin === BASE
        ? await handle(new Request(`http://localhost${pathname}${search}`, init), CLIENT)
        : await fetch(url, init);
    for (const set of answer.headers.getSetCookie()) {
      const { name, value, maxAge } = Bun.Cookie.parse(set);
      if (value === '' || maxAge === 0) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  /** Follows until the page is reached, or someone answers something else. */
  async function follow(start: string, until = `${BASE}/account`): Promise<string> {
    let at = start;
    for (let i = 0; i < 10 && !at.startsWith(until); i += 1) {
      const location = (await go(at)).headers.get('location');
      if (location === null) return at;
      at = new URL(location, at).href;
      seen.push(at);
    }
    return at;
  }

  return {
    go,
    follow,
    seen,
    async finish(): Promise<{ status: number; body: Body }> {
      const answer = await go(`${BASE}/api/auth/oidc/finish`, 'POST');
      return { status: answer.status, body: await answer.json() };
    },
    async signIn() {
      await follow(`${BASE}/api/auth/oidc/start`);
      return this.finish();
    },
  };
}

const signIn = () => openBrowser().signIn();
const users = async () => (await local('GET /api/user')).items;

describe('signing in at the provider', () => {
  test('makes an account at the first time, and is the same one from then on', async () => {
    const first = await signIn();
    expect(first).toMatchObject({
      status: 200,
      body: { user: { email: 'ada@example.org', name: 'Ada Lovelace', role: 'user' }, expiresIn: 900 },
    });
    provider.person = { ...ADA, email: 'ada@other.example' };
    expect((await signIn()).body.user.id).toBe(first.body.user.id);
    provider.person = { ...ADA, sub: 'b2', email: 'bob@example.org' };
    expect((await signIn()).body.user.id).not.toBe(first.body.user.id);
  });

  test('is offered by the name that people know', async () => {
    expect(await local('GET /api/auth/options')).toEqual({
      registration: 'closed',
      oidc: { name: 'Example' },
    });
  });

  test('leaves no token and no secret in an address, and cookies that no script and no other site can use', async () => {
    const browser = openBrowser();
    const start = await browser.go(`${BASE}/api/auth/oidc/start`);
    const cookies = start.headers.getSetCookie().join('\n');
    expect(cookies).toMatch(/didar_oidc_flow=.*HttpOnly/);
    expect(cookies).toMatch(/Secure/);
    expect(cookies).toMatch(/SameSite=Lax/);
    const to = new URL(start.headers.get('location') ?? '');
    expect(Object.fromEntries(to.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid email profile',
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
    });
    const page = await browser.follow(to.href);
    expect(page).toBe(`${BASE}/account#oidc`);
    const { body } = await browser.finish();
    for (const secret of [body.accessToken, body.refreshToken, provider.clientSecret])
      expect(browser.seen.join('\n')).not.toContain(secret);
    expect(await browser.finish()).toMatchObject({ status: 400, body: { code: 'oidc_flow_lost' } });
  });

  test('takes the email from the ID token as well as from where the provider tells it', async () => {
    const other = await startOidcProvider({
      redirectUris: () => [`${BASE}/api/auth/oidc/callback`],
      claimsInIdToken: true,
    });
    try {
      other.person = ADA;
      build({ issuer: `${other.issuer}/` });
      expect((await signIn()).body.user).toMatchObject({ email: 'ada@example.org' });
    } finally {
      await other.stop();
    }
  });
});

describe('whose account it is', () => {
  const account = { email: 'Ada@example.org', name: 'Ada here', password: 'correct horse' };

  test('is that of the same email, if the provider has verified it', async () => {
    const { id } = await local('POST /api/user', account);
    provider.person = { ...ADA, email_verified: false };
    expect(await signIn()).toMatchObject({ status: 403, body: { code: 'oidc_email_missing' } });
    provider.person = ADA;
    expect((await signIn()).body.user).toMatchObject({ id, name: 'Ada here' });
    expect(await users()).toHaveLength(1);
  });

  test('is its own alone, also when somebody else has made it with that email before', async () => {
    build({}, provider.clientSecret, 'open');
    const thief = await local('POST /api/auth/register', account);
    const mine = await signIn();
    expect(mine.body.user.id).toBe(thief.user.id);
    const { email, password } = account;
    expect(await local('POST /api/auth/login', { email, password })).toMatchObject({
      code: 'credentials_invalid',
    });
    expect(await local('POST /api/auth/refresh', { refreshToken: thief.refreshToken })).toMatchObject({
      code: 'refresh_invalid',
    });
    expect((await signIn()).status).toBe(200);
  });

  test('is nobody’s without a verified email, without an account where none is made, and at another domain', async () => {
    provider.person = { sub: 'a1' };
    expect((await signIn()).body.code).toBe('oidc_email_missing');
    provider.person = ADA;
    build({ createUsers: false });
    expect((await signIn()).body.code).toBe('oidc_user_unknown');
    build({ allowedDomains: ['example.com'] });
    expect((await signIn()).body).toMatchObject({
      code: 'oidc_domain_refused',
      detail: 'ada@example.org may not sign in here.',
    });
    expect(await users()).toEqual([]);
    build({ allowedDomains: ['example.com', 'example.org'] });
    expect((await signIn()).status).toBe(200);
  });

  test('is nobody’s who was disabled, also by a ticket from before', async () => {
    const browser = openBrowser();
    const { body } = await signIn();
    await browser.follow(`${BASE}/api/auth/oidc/start`);
    await local(`PATCH /api/user/${body.user.id}`, { disabled: true });
    expect((await browser.finish()).body.code).toBe('user_disabled');
    expect((await signIn()).body.code).toBe('user_disabled');
  });

  test('is an admin’s as the provider says, each time; the last admin stays one', async () => {
    build({ adminClaim: 'groups=staff' });
    provider.person = { ...ADA, groups: ['staff', 'x'] };
    expect((await signIn()).body.user.role).toBe('admin');
    provider.person = ADA;
    expect((await signIn()).body.user.role).toBe('admin');
    await local('POST /api/user', {
      email: 'root@example.org',
      name: 'R',
      password: 'correct horse',
      role: 'admin',
    });
    expect((await signIn()).body.user.role).toBe('user');
  });
});

describe('a sign-in that goes wrong says why', () => {
  test('when the person declines', async () => {
    provider.person = undefined;
    expect(await signIn()).toMatchObject({
      status: 403,
      body: { code: 'oidc_refused', detail: expect.stringContaining('the person declined') },
    });
  });

  test('when it comes back to another browser, changed, again, or too late', async () => {
    const browser = openBrowser();
    const back = await browser.follow(`${BASE}/api/auth/oidc/start`, `${BASE}/api/auth/oidc/callback`);
    const stranger = openBrowser();
    await stranger.follow(back);
    expect((await stranger.finish()).body.code).toBe('oidc_flow_lost');

    const changed = openBrowser();
    const own = await changed.follow(`${BASE}/api/auth/oidc/start`, `${BASE}/api/auth/oidc/callback`);
    await changed.follow(own.replace(/state=[^&]*/, 'state=x'));
    expect((await changed.finish()).body.code).toBe('oidc_flow_lost');

    await browser.follow(back);
    expect((await browser.finish()).status).toBe(200);
    await browser.follow(back);
    expect((await browser.finish()).body.code).toBe('oidc_flow_lost');

    const slow = openBrowser();
    await slow.follow(`${BASE}/api/auth/oidc/start`);
    clock.advance(60_000);
    expect((await slow.finish()).body.code).toBe('oidc_flow_lost');
  });

  test('when the secret of the client is wrong', async () => {
    build({}, 'another secret');
    expect(await signIn()).toMatchObject({
      status: 502,
      body: { code: 'oidc_client_refused', fix: expect.stringContaining('auth.oidc.clientSecret') },
    });
  });

  test('when the provider is not there, or is another', async () => {
    build({ issuer: 'http://127.0.0.1:9' });
    expect(await signIn()).toMatchObject({ status: 502, body: { code: 'oidc_unreachable' } });
    build({ issuer: provider.issuer.replace('127.0.0.1', 'localhost') });
    expect(await signIn()).toMatchObject({
      status: 502,
      body: { code: 'oidc_issuer_invalid', fix: `Set auth.oidc.issuer to ${provider.issuer}.` },
    });
  });

  test('when the clocks differ', async () => {
    clock.advance(-3_600_000);
    expect((await signIn()).body).toMatchObject({
      code: 'oidc_clock_skew',
      detail: expect.stringContaining('s in the future'),
    });
  });

  test('when there is no provider', async () => {
    build({ issuer: undefined } as never);
    const browser = openBrowser();
    expect((await browser.go(`${BASE}/api/auth/oidc/start`)).status).toBe(404);
    expect((await browser.finish()).body.code).toBe('oidc_disabled');
    expect(await local('GET /api/auth/options')).toMatchObject({ oidc: null });
  });
});
