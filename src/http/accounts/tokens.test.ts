import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import {
  type AccountHouse,
  ADA,
  BOB,
  codeOf,
  createAccountHouse,
  MINUTE,
  OVER_SOCKET,
  TOKEN_KEY,
} from '../../../test/fixtures/account-house.ts';
import '../../../test/harness/slow.ts';

let house: AccountHouse;

beforeEach(() => {
  house = createAccountHouse();
});
afterEach(() => house.close());

describe('an access token', () => {
  test('that jose makes with our key is one of ours: it is a plain JWT', async () => {
    await house.add(ADA);
    const { accessToken } = await house.signIn(ADA);
    const { sub, login } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    const token = await new SignJWT({ login })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setAudience('access')
      .setExpirationTime(Math.floor(house.clock.now() / 1000) + 60)
      .sign(Buffer.from(TOKEN_KEY));
    expect((await house.me(token)).status).toBe(200);
  });

  test('that is forged, of another kind or garbage is refused, and says so where guests may come in too', async () => {
    await house.add(ADA);
    const { accessToken, refreshToken } = await house.signIn(ADA);
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
      house.auth.guestTokens.sign(claims.sub, 'Eve'),
      `${accessToken}.x`,
      'garbage',
    ];
    for (const token of forged) expect(await codeOf(house.me(token))).toEqual([401, 'token_invalid']);
    expect(await codeOf(house.ask('GET /api/user', { token: forged[0] }))).toEqual([401, 'token_invalid']);
  });

  test('is missing: then nothing but what is open to anyone is answered', async () => {
    for (const route of ['GET /api/auth/me', 'GET /api/user', 'GET /api/token', 'POST /api/auth/logout'])
      expect(await codeOf(house.ask(route))).toEqual([401, 'unauthenticated']);
    expect((await house.ask('GET /api/auth/setup')).status).toBe(200);
  });

  test('of a user who is no admin does not open what is for admins', async () => {
    const id = await house.add(BOB);
    const { accessToken: token } = await house.signIn(BOB);
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
      expect(await codeOf(house.ask(route, { token, body }))).toEqual([403, 'forbidden']);
  });
});

describe('an API token', () => {
  test('is shown once, kept as a hash, and opens what its scopes say', async () => {
    const { status, body } = await house.local('POST /api/token', { name: 'backup', scopes: ['read'] });
    expect(status).toBe(201);
    expect(body.token).toStartWith('didar_');
    expect(await house.me(body.token)).toMatchObject({
      status: 200,
      body: { kind: 'token', scopes: ['read'] },
    });
    expect(await codeOf(house.ask('GET /api/user', { token: body.token }))).toEqual([403, 'forbidden']);
    expect((await house.local('GET /api/token')).text).not.toContain(body.token);
    expect(JSON.stringify(house.told)).not.toContain(body.token);
    house.db.sqlite.run('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(readFileSync(join(house.folder, 'didar.db')).includes(body.token)).toBe(false);
  });

  test('expires after ninety days, when it was told to, or never', async () => {
    const make = async (expiresIn?: number | null) =>
      (await house.local('POST /api/token', { name: 'x', scopes: ['read'], expiresIn })).body;
    const [usual, short, endless] = [await make(), await make(60), await make(null)];
    expect(endless.expiresAt).toBeNull();
    house.clock.advance(MINUTE);
    expect(await codeOf(house.me(short.token))).toEqual([401, 'token_expired']);
    expect((await house.me(usual.token)).status).toBe(200);
    house.clock.advance(90 * 86_400_000);
    expect(await codeOf(house.me(usual.token))).toEqual([401, 'token_expired']);
    expect((await house.me(endless.token)).status).toBe(200);
  });

  test('tells when it was last used, and ends when it is revoked', async () => {
    const { body } = await house.local('POST /api/token', { name: 'x', scopes: ['admin'] });
    expect(body.usedAt).toBeNull();
    house.clock.advance(MINUTE);
    await house.ask('GET /api/user', { token: body.token });
    expect((await house.local('GET /api/token')).body.items[0].usedAt).toBe(
      new Date(house.clock.now()).toISOString(),
    );
    expect((await house.local(`DELETE /api/token/${body.id}`)).status).toBe(204);
    expect(await codeOf(house.me(body.token))).toEqual([401, 'token_invalid']);
    expect(await codeOf(house.local(`DELETE /api/token/${body.id}`))).toEqual([404, 'token_not_found']);
    expect(house.kinds()).toEqual(['token.created', 'token.revoked']);
  });

  test('sent over the local socket counts for what it is, not as admin', async () => {
    const { body } = await house.local('POST /api/token', { name: 'x', scopes: ['read'] });
    expect(await codeOf(house.ask('GET /api/user', { token: body.token, client: OVER_SOCKET }))).toEqual([
      403,
      'forbidden',
    ]);
  });
});

describe('a guest token', () => {
  test('brings the same guest back, for thirty days, and nobody else', () => {
    const token = house.auth.guestTokens.sign('g_1', 'Zoë');
    expect(house.auth.guestTokens.verify(token)).toEqual({ identity: 'g_1', name: 'Zoë' });
    expect(house.auth.guestTokens.verify(`${token}x`)).toBeUndefined();
    house.clock.advance(30 * 86_400_000 + 1000);
    expect(house.auth.guestTokens.verify(token)).toBeUndefined();
  });
});
