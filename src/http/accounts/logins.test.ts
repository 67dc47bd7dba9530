import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AccountHouse,
  ADA,
  BOB,
  type Body,
  codeOf,
  createAccountHouse,
  FROM_NETWORK,
  MINUTE,
} from '../../../test/fixtures/account-house.ts';
import '../../../test/harness/slow.ts';

let house: AccountHouse;

beforeEach(() => {
  house = createAccountHouse();
});
afterEach(() => house.close());

describe('signing in', () => {
  test('gives a short access token, a refresh token, and who one is', async () => {
    const id = await house.add(ADA);
    const answer = await house.signIn({ ...ADA, email: ' ADA@Example.org ' });
    expect(answer).toMatchObject({
      expiresIn: 900,
      user: { id, email: ADA.email, role: 'admin', disabled: false },
    });
    expect((await house.me(answer.accessToken)).body).toMatchObject({ kind: 'user', user: { id } });
    house.clock.advance(15 * MINUTE + 1000);
    expect(await codeOf(house.me(answer.accessToken))).toEqual([401, 'token_expired']);
  });

  test('with a wrong password is answered as for an account that is not there', async () => {
    await house.add(ADA);
    const wrong = await house.ask('POST /api/auth/login', { body: { email: ADA.email, password: 'wrong' } });
    const unknown = await house.ask('POST /api/auth/login', {
      body: { email: 'eve@example.org', password: 'wrong' },
    });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'credentials_invalid']);
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  test('in a crowd is refused for a moment, not piled up', async () => {
    const hashing = Promise.withResolvers<boolean>();
    using verify = spyOn(Bun.password, 'verify').mockReturnValue(hashing.promise);
    const asked = Array.from({ length: 40 }, (_, i) =>
      house.ask('POST /api/auth/login', {
        body: { email: `person${i}@example.org`, password: ADA.password },
      }),
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
    await house.add(ADA);
    const { accessToken, refreshToken } = await house.signIn(ADA);
    expect((await house.ask('POST /api/auth/logout', { token: accessToken })).status).toBe(204);
    expect(await codeOf(house.me(accessToken))).toEqual([401, 'login_ended']);
    expect(await codeOf(house.ask('POST /api/auth/refresh', { body: { refreshToken } }))).toEqual([
      401,
      'refresh_invalid',
    ]);
    expect(house.kinds()).toEqual(['user.created', 'login.created', 'login.revoked']);
  });
});

describe('a refresh token', () => {
  const refresh = (refreshToken: string) => house.ask('POST /api/auth/refresh', { body: { refreshToken } });

  test('is replaced at each use, and keeps the login alive past its first end', async () => {
    await house.add(ADA);
    let { refreshToken } = await house.signIn(ADA);
    for (let i = 0; i < 4; i += 1) {
      house.clock.advance(20 * 86_400_000);
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      expect(body.refreshToken).not.toBe(refreshToken);
      expect((await house.me(body.accessToken)).status).toBe(200);
      refreshToken = body.refreshToken;
    }
    house.clock.advance(31 * 86_400_000);
    expect(await codeOf(refresh(refreshToken))).toEqual([401, 'refresh_invalid']);
  });

  test('used twice at once gives both the same successor, which goes on working', async () => {
    await house.add(ADA);
    const { refreshToken } = await house.signIn(ADA);
    const [one, two] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(one.body.refreshToken).toBe(two.body.refreshToken);
    house.clock.advance(MINUTE);
    expect((await refresh(two.body.refreshToken)).status).toBe(200);
  });

  test.each([1, 3])(
    'used again after %d successors ends the login for everyone who holds it',
    async (rounds) => {
      await house.add(ADA);
      const stolen = (await house.signIn(ADA)).refreshToken;
      let current: Body = { refreshToken: stolen };
      for (let i = 0; i < rounds; i += 1) {
        house.clock.advance(MINUTE);
        current = (await refresh(current.refreshToken)).body;
      }
      house.clock.advance(11_000);
      expect(await codeOf(refresh(stolen))).toEqual([401, 'refresh_reused']);
      expect(await codeOf(refresh(current.refreshToken))).toEqual([401, 'refresh_invalid']);
      expect(await codeOf(house.me(current.accessToken))).toEqual([401, 'login_ended']);
      expect(house.told.at(-1)).toMatchObject({
        kind: 'login.revoked',
        actor: 'server',
        data: { reason: 'reuse' },
      });
    },
  );

  test('survives a restart of the server', async () => {
    await house.add(ADA);
    const { refreshToken, accessToken } = await house.signIn(ADA);
    house.build();
    expect((await house.me(accessToken)).status).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  test('is stored as a hash alone', async () => {
    await house.add(ADA);
    const { refreshToken } = await house.signIn(ADA);
    house.db.sqlite.run('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(readFileSync(join(house.folder, 'didar.db')).includes(refreshToken)).toBe(false);
  });

  test('of another kind, key or shape is refused', async () => {
    await house.add(ADA);
    const { accessToken } = await house.signIn(ADA);
    for (const wrong of [accessToken, house.auth.guestTokens.sign('g_1', 'Eve'), 'x', ''])
      expect(await codeOf(refresh(wrong))).toEqual([401, 'refresh_invalid']);
  });
});

describe('the devices that are signed in', () => {
  test('are listed for oneself, and one of them is ended at once', async () => {
    await house.add(BOB);
    const phone = await house.signIn(BOB);
    house.clock.advance(MINUTE);
    const laptop = await house.signIn(BOB);
    const { body } = await house.ask('GET /api/auth/logins', { token: laptop.accessToken });
    expect(body.items.map(({ current }: Body) => current)).toEqual([false, true]);
    expect(body.items[0]).toMatchObject({ address: FROM_NETWORK.address });

    const route = `DELETE /api/auth/logins/${body.items[0].id}`;
    expect((await house.ask(route, { token: laptop.accessToken })).status).toBe(204);
    expect(await codeOf(house.me(phone.accessToken))).toEqual([401, 'login_ended']);
    expect((await house.me(laptop.accessToken)).status).toBe(200);
    expect(await codeOf(house.ask(route, { token: laptop.accessToken }))).toEqual([404, 'login_not_found']);
  });

  test('of another are nobody’s but an admin’s', async () => {
    await house.add(ADA);
    const bob = await house.add(BOB);
    const [ada, phone] = [await house.signIn(ADA), await house.signIn(BOB)];
    const { items } = (await house.ask('GET /api/auth/logins', { token: ada.accessToken })).body;
    const foreign = `DELETE /api/auth/logins/${items[0].id}`;
    expect(await codeOf(house.ask(foreign, { token: phone.accessToken }))).toEqual([404, 'login_not_found']);
    for (const route of [`GET /api/user/${bob}/logins`, `DELETE /api/user/${bob}/logins`])
      expect(await codeOf(house.ask(route, { token: phone.accessToken }))).toEqual([403, 'forbidden']);

    const seen = await house.ask(`GET /api/user/${bob}/logins`, { token: ada.accessToken });
    expect(seen.body.items).toHaveLength(1);
    await house.ask(`DELETE /api/user/${bob}/logins/${seen.body.items[0].id}`, { token: ada.accessToken });
    expect(await codeOf(house.me(phone.accessToken))).toEqual([401, 'login_ended']);

    const tablet = await house.signIn(BOB);
    await house.ask(`DELETE /api/user/${bob}/logins`, { token: ada.accessToken });
    expect(await codeOf(house.me(tablet.accessToken))).toEqual([401, 'login_ended']);
    expect((await house.me(ada.accessToken)).status).toBe(200);
  });

  test('other than this one end when one changes one’s password, for which the old one is needed', async () => {
    await house.add(BOB);
    const [phone, laptop] = [await house.signIn(BOB), await house.signIn(BOB)];
    const change = (currentPassword: string) =>
      house.ask('POST /api/auth/password', {
        token: laptop.accessToken,
        body: { currentPassword, newPassword: 'a horse of another colour' },
      });
    expect(await codeOf(change('not that'))).toEqual([403, 'current_password_wrong']);
    expect((await change(BOB.password)).status).toBe(204);
    expect((await house.me(laptop.accessToken)).status).toBe(200);
    expect(await codeOf(house.me(phone.accessToken))).toEqual([401, 'login_ended']);
    expect(house.told.at(-1)).toMatchObject({ kind: 'user.changed', data: { changed: ['password'] } });
    await house.signIn({ email: BOB.email, password: 'a horse of another colour' });
  });
});
