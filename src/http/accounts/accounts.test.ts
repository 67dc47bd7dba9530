import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  type AccountHouse,
  ADA,
  BOB,
  type Body,
  codeOf,
  createAccountHouse,
  FROM_NETWORK,
} from '../../../test/fixtures/account-house.ts';
import '../../../test/harness/slow.ts';

let house: AccountHouse;

beforeEach(() => {
  house = createAccountHouse();
});
afterEach(() => house.close());

describe('accounts', () => {
  test('are made, listed page by page, found by email, changed and removed, each with its event', async () => {
    for (let i = 0; i < 5; i += 1) {
      await house.add({ ...BOB, email: `bob${i}@example.org` });
      house.clock.advance(1);
    }
    const first = (await house.local('GET /api/user?limit=3')).body;
    const second = (await house.local(`GET /api/user?limit=3&cursor=${first.next}`)).body;
    expect([...first.items, ...second.items].map(({ email }: Body) => email)).toEqual(
      [0, 1, 2, 3, 4].map((i) => `bob${i}@example.org`),
    );
    expect(second.next).toBeNull();

    const [{ id }] = (await house.local('GET /api/user?email=BOB3@example.org')).body.items;
    const changed = await house.local(`PATCH /api/user/${id}`, { name: 'Robert', email: 'rob@example.org' });
    expect(changed.body).toMatchObject({ id, name: 'Robert', email: 'rob@example.org' });
    expect((await house.local(`DELETE /api/user/${id}`)).status).toBe(204);
    expect(await codeOf(house.local(`GET /api/user/${id}`))).toEqual([404, 'user_not_found']);
    expect(house.kinds().slice(5)).toEqual(['user.changed', 'user.deleted']);
    expect(house.told[5]).toMatchObject({
      actor: 'local',
      data: { changed: ['name', 'email'], before: { name: 'Bob' } },
    });
    expect(JSON.stringify(house.told)).not.toMatch(/argon2|battery/);
  });

  test('have emails of their own, however they are written', async () => {
    await house.add(ADA);
    const id = await house.add(BOB);
    expect(await codeOf(house.local('POST /api/user', { ...BOB, email: 'ADA@example.org' }))).toEqual([
      409,
      'email_taken',
    ]);
    expect(await codeOf(house.local(`PATCH /api/user/${id}`, { email: 'Ada@example.org' }))).toEqual([
      409,
      'email_taken',
    ]);
    expect((await house.local(`PATCH /api/user/${id}`, { email: 'BOB@example.org' })).status).toBe(200);
  });

  test('that are disabled end at once, with their logins and API tokens, and what depends on them is told', async () => {
    await house.add(ADA);
    const id = await house.add({ ...BOB, role: 'admin' });
    const ended: string[] = [];
    house.auth.onUserEnded((userId) => ended.push(userId));
    const { accessToken, refreshToken } = await house.signIn(BOB);
    const made = await house.ask('POST /api/token', {
      token: accessToken,
      body: { name: 'x', scopes: ['admin'] },
    });
    const madeWithIt = await house.ask('POST /api/token', {
      token: made.body.token,
      body: { name: 'y', scopes: ['read'] },
    });

    await house.local(`PATCH /api/user/${id}`, { disabled: true });
    expect(await codeOf(house.me(accessToken))).toEqual([401, 'login_ended']);
    expect(await codeOf(house.ask('POST /api/auth/refresh', { body: { refreshToken } }))).toEqual([
      401,
      'refresh_invalid',
    ]);
    expect(await codeOf(house.me(made.body.token))).toEqual([401, 'token_invalid']);
    expect(await codeOf(house.me(madeWithIt.body.token))).toEqual([401, 'token_invalid']);
    expect(
      await codeOf(house.ask('POST /api/auth/login', { body: { email: BOB.email, password: BOB.password } })),
    ).toEqual([403, 'user_disabled']);
    expect(ended).toEqual([id]);

    await house.local(`PATCH /api/user/${id}`, { disabled: false });
    expect((await house.signIn(BOB)).user.id).toBe(id);
    expect(await codeOf(house.me(accessToken))).toEqual([401, 'login_ended']);
  });

  test('with a new password keep only the login that set it', async () => {
    const id = await house.add(ADA);
    const here = await house.signIn(ADA);
    const elsewhere = await house.signIn(ADA);
    await house.ask(`PATCH /api/user/${id}`, {
      token: here.accessToken,
      body: { password: 'another horse' },
    });
    expect((await house.me(here.accessToken)).status).toBe(200);
    expect(await codeOf(house.me(elsewhere.accessToken))).toEqual([401, 'login_ended']);
    expect(
      await codeOf(house.ask('POST /api/auth/login', { body: { email: ADA.email, password: ADA.password } })),
    ).toEqual([401, 'credentials_invalid']);
    await house.signIn({ ...ADA, password: 'another horse' });
  });

  test('that lose the admin role lose it for what they hold already', async () => {
    await house.add(ADA);
    const id = await house.add({ ...BOB, role: 'admin' });
    const { accessToken } = await house.signIn(BOB);
    const made = await house.ask('POST /api/token', {
      token: accessToken,
      body: { name: 'x', scopes: ['admin'] },
    });
    await house.local(`PATCH /api/user/${id}`, { role: 'user' });
    expect(await codeOf(house.ask('GET /api/user', { token: accessToken }))).toEqual([403, 'forbidden']);
    expect(await codeOf(house.ask('GET /api/user', { token: made.body.token }))).toEqual([
      401,
      'token_invalid',
    ]);
  });

  test('always have one admin among them', async () => {
    const ada = await house.add(ADA);
    const bob = await house.add({ ...BOB, role: 'admin' });
    await house.local(`PATCH /api/user/${bob}`, { disabled: true });
    for (const [route, body] of [
      [`DELETE /api/user/${ada}`],
      [`PATCH /api/user/${ada}`, { disabled: true }],
      [`PATCH /api/user/${ada}`, { role: 'user' }],
    ] as [string, unknown?][])
      expect(await codeOf(house.local(route, body))).toEqual([409, 'last_admin']);
    expect((await house.signIn(ADA)).user.role).toBe('admin');
    expect((await house.local(`DELETE /api/user/${bob}`)).status).toBe(204);
  });

  test('with a faulty field are refused, and the password is not repeated', async () => {
    for (const fault of [
      { email: 'nobody' },
      { password: 'short' },
      { role: 'owner' },
      { name: '' },
      { more: 1 },
    ]) {
      const { status, body, text } = await house.local('POST /api/user', { ...ADA, ...fault });
      expect([status, body.code]).toEqual([422, 'invalid_request']);
      expect(text).not.toContain(fault.password ?? ADA.password);
    }
  });
});

describe('the first start', () => {
  const register = (setupCode?: string, person: object = {}) => {
    const { role: _, ...ada } = ADA;
    return house.ask('POST /api/auth/register', { body: { ...ada, ...person, setupCode } });
  };

  test('makes a code in a file for the owner alone; who has it becomes the admin, once', async () => {
    const { setupCode } = await house.auth.start();
    expect(readFileSync(house.setupCodePath, 'utf8').trim()).toBe(setupCode ?? 'none');
    expect(statSync(house.setupCodePath).mode & 0o777).toBe(0o600);
    expect((await house.ask('GET /api/auth/setup')).body).toEqual({ needed: true, code: null });
    expect((await house.local('GET /api/auth/setup')).body).toEqual({ needed: true, code: setupCode });

    expect(await codeOf(register('abcd-abcd-abcd'))).toEqual([403, 'setup_code_invalid']);
    expect(await codeOf(register())).toEqual([403, 'registration_closed']);
    const both = await Promise.all([
      register(` ${setupCode?.toUpperCase()}`),
      register(setupCode, { email: 'second@example.org' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
    const answer = both.find(({ status }) => status === 201)?.body;
    expect(answer.user.role).toBe('admin');
    expect((await house.ask('GET /api/user', { token: answer.accessToken })).status).toBe(200);

    expect(existsSync(house.setupCodePath)).toBe(false);
    expect(await codeOf(register(setupCode, { email: 'third@example.org' }))).toEqual([403, 'setup_done']);
    expect((await house.local('GET /api/auth/setup')).body).toEqual({ needed: false, code: null });
  });

  test('keeps its code over a restart, and gives it up when an admin is made by other means', async () => {
    const { setupCode } = await house.auth.start();
    house.build();
    expect((await house.auth.start()).setupCode).toBe(setupCode);
    await house.add(ADA);
    expect((await house.local('GET /api/auth/setup')).body).toEqual({ needed: false, code: null });
    house.build();
    expect((await house.auth.start()).setupCode).toBeUndefined();
    expect(existsSync(house.setupCodePath)).toBe(false);
  });

  test('with open registration makes users, never admins', async () => {
    house.build({ registration: 'open' });
    const answer = await register();
    expect(answer).toMatchObject({ status: 201, body: { user: { role: 'user' } } });
    expect(await codeOf(register())).toEqual([409, 'email_taken']);
  });
});

describe('the audit', () => {
  test('has who tried what they may not do, and who was meant', async () => {
    const ada = await house.add(ADA);
    const bob = await house.add(BOB);
    const { accessToken: token } = await house.signIn(BOB);
    await house.ask(`PATCH /api/user/${bob}`, { token, body: { role: 'admin' } });
    await house.ask(`DELETE /api/user/${ada}`, { token });
    expect(house.refused).toMatchObject([
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
    const id = await house.add(ADA);
    await house.ask('POST /api/auth/login', { body: { email: ADA.email, password: 'wrong password' } });
    await house.ask('POST /api/auth/login', { body: { email: 'eve@example.org', password: 'my secret' } });
    expect(house.refused).toMatchObject([
      {
        actor: 'anyone',
        object: `user:${id}`,
        data: { code: 'credentials_invalid', address: FROM_NETWORK.address },
      },
      { actor: 'anyone', object: null, data: { code: 'credentials_invalid' } },
    ]);
    expect(JSON.stringify(house.refused)).not.toMatch(/wrong password|my secret|eve@/);
  });

  test('tells what an account was before and after, without its password', async () => {
    const id = await house.add(BOB);
    await house.local(`PATCH /api/user/${id}`, { name: 'Robert', password: 'another horse' });
    expect(house.told.at(-1)).toMatchObject({
      kind: 'user.changed',
      actor: 'local',
      object: `user:${id}`,
      outcome: 'done',
      data: { before: { name: 'Bob' }, after: { name: 'Robert' }, changed: ['name', 'password'] },
    });
    expect(JSON.stringify(house.told)).not.toContain('another horse');
  });
});
