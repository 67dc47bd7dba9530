import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  type AccountHouse,
  ADA,
  BOB,
  type Body,
  codeOf,
  createAccountHouse,
  MINUTE,
} from '../../../test/fixtures/account-house.ts';
import '../../../test/harness/slow.ts';

let house: AccountHouse;

beforeEach(() => {
  house = createAccountHouse();
});
afterEach(() => house.close());

describe('an invitation', () => {
  const invite = async (body: object = {}) => (await house.local('POST /api/invitation', body)).body;
  const accept = (invitation: string, person: object = {}) => {
    const { role: _, ...bob } = BOB;
    return house.ask('POST /api/auth/register', { body: { ...bob, ...person, invitation } });
  };
  beforeEach(() => house.build({ registration: 'invite' }));

  test('makes one account with the role it was made for, once', async () => {
    const { id, token, url, expiresAt } = await invite({ role: 'admin' });
    expect(url).toBe(`https://meet.example.org/account#invitation=${token}`);
    expect(Date.parse(expiresAt) - house.clock.now()).toBe(7 * 86_400_000);
    expect((await house.local('GET /api/invitation')).body.items.map((one: Body) => one.id)).toEqual([id]);
    expect((await house.local('GET /api/invitation')).text).not.toContain(token);

    const both = await Promise.all([accept(token), accept(token, { email: 'eve@example.org' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
    expect(both.find(({ status }) => status === 201)?.body.user.role).toBe('admin');
    expect((await house.local('GET /api/user')).body.items).toHaveLength(1);
    expect((await accept(token)).body.detail).toBe('This invitation was used already.');
    expect((await house.local('GET /api/invitation')).body.items).toEqual([]);
    expect(house.kinds()).toEqual(['invitation.created', 'user.created', 'invitation.used', 'login.created']);
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
    house.clock.advance(MINUTE);
    expect((await accept(short.token)).body.detail).toBe('This invitation has expired.');
    expect((await house.local(`DELETE /api/invitation/${revoked.id}`)).status).toBe(204);
    expect((await accept(revoked.token)).body.detail).toBe('This invitation was taken back.');
    expect(await codeOf(house.local(`DELETE /api/invitation/${revoked.id}`))).toEqual([
      404,
      'invitation_not_found',
    ]);
    expect(await codeOf(accept('made up'))).toEqual([403, 'invitation_invalid']);
  });

  test('is needed where registration is by invitation, and no good where it is closed', async () => {
    const { token } = await invite();
    expect(await codeOf(accept(undefined as never))).toEqual([403, 'registration_closed']);
    house.build({ registration: 'closed' });
    expect(await codeOf(accept(token))).toEqual([403, 'registration_closed']);
    expect(await codeOf(house.local('POST /api/invitation', {}))).toEqual([403, 'registration_closed']);
  });

  test('is made by admins alone', async () => {
    await house.add(BOB);
    const { accessToken: token } = await house.signIn(BOB);
    for (const route of ['GET /api/invitation', 'POST /api/invitation', 'DELETE /api/invitation/i_1'])
      expect(
        await codeOf(house.ask(route, { token, body: route.startsWith('POST') ? {} : undefined })),
      ).toEqual([403, 'forbidden']);
  });
});

describe('a link to set a new password', () => {
  const link = async (id: string) => (await house.local(`POST /api/user/${id}/reset`)).body;
  const use = (token: string, password = 'a horse of another colour') =>
    house.ask('POST /api/auth/reset', { body: { token, password } });

  test('works once, signs in, and ends every login there was', async () => {
    const bob = await house.add(BOB);
    const phone = await house.signIn(BOB);
    const made = await link(bob);
    expect(made).toMatchObject({
      user: { email: BOB.email },
      url: `https://meet.example.org/account#reset=${made.token}`,
    });

    const both = await Promise.all([use(made.token), use(made.token)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
    const fresh = both.find(({ status }) => status === 200)?.body;
    expect((await house.me(fresh.accessToken)).body.user.id).toBe(bob);
    expect(await codeOf(house.me(phone.accessToken))).toEqual([401, 'login_ended']);
    expect(
      await codeOf(house.ask('POST /api/auth/login', { body: { email: BOB.email, password: BOB.password } })),
    ).toEqual([401, 'credentials_invalid']);
    await house.signIn({ email: BOB.email, password: 'a horse of another colour' });
    expect(house.told.find(({ kind }) => kind === 'user.changed')?.actor).toBe(bob);
  });

  test('holds for a day, and not when there is a newer one', async () => {
    const bob = await house.add(BOB);
    const older = await link(bob);
    const newer = await link(bob);
    expect((await use(older.token)).body.detail).toBe('This link was taken back.');
    house.clock.advance(86_400_000);
    expect(await codeOf(use(newer.token))).toEqual([403, 'reset_invalid']);
  });

  test('lets nobody in whose account is disabled, and is gone with the account', async () => {
    await house.add(ADA);
    const bob = await house.add(BOB);
    const { token } = await link(bob);
    await house.local(`PATCH /api/user/${bob}`, { disabled: true });
    expect(await codeOf(use(token))).toEqual([403, 'user_disabled']);
    await house.local(`DELETE /api/user/${bob}`);
    expect(await codeOf(use(token))).toEqual([403, 'reset_invalid']);
  });
});
