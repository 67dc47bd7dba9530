import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import type { InvitationCreated, Login, ResetCreated, User } from '../../src/modules/auth/model.ts';
import { type OidcProvider, startOidcProvider } from '../fixtures/oidc-provider.ts';
import { findChromium, startChromium } from '../harness/browser.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { createRoom, participants } from '../harness/people.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const PATIENCE = { timeout: 45_000 };
const ADMIN = { email: 'root@example.org', name: 'Root', role: 'admin', password: 'correct horse battery' };
const chromium = await findChromium();

describe.skipIf(chromium === undefined)('the account page, in a real browser', () => {
  let provider: OidcProvider;
  let didar: Didar;
  let browser: Browser;

  beforeAll(async () => {
    provider = await startOidcProvider({ redirectUris: () => [`${didar.url}/api/auth/oidc/callback`] });
    const { issuer, clientId, clientSecret } = provider;
    const oidc = { issuer, clientId, clientSecret, name: 'Example ID' };
    didar = await startDidar({ config: { auth: { registration: 'invite', oidc } } });
    await asAdmin<User>(didar, '/api/user', { json: ADMIN });
    browser = await startChromium(chromium ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await didar?.cleanUp();
    await provider?.stop();
  });

  async function open(path: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.goto(new URL(path, didar.url).href);
    return page;
  }

  async function signIn(page: Page, email: string, password: string): Promise<void> {
    await page.fill('#email', email);
    await page.fill('#password', password);
    await page.click('#sign-in button[type=submit]');
  }

  test('who is invited makes an account, and the link is in no history', async () => {
    const { url } = await asAdmin<InvitationCreated>(didar, '/api/invitation', {
      json: { email: 'ada@example.org' },
    });
    const page = await open(url);
    await page.waitForFunction(() => !document.querySelector('#register')?.hasAttribute('hidden'));
    expect(await page.inputValue('#new-email')).toBe('ada@example.org');
    expect(page.url()).toBe(`${didar.url}/account`);
    await page.fill('#new-name', 'Ada');
    await page.fill('#new-password', 'password1');
    await page.click('#register button[type=submit]');
    await page.getByText('one of the first that anyone tries').waitFor();
    await page.fill('#new-password', 'ada has a password');
    await page.click('#register button[type=submit]');
    await page.getByRole('heading', { name: 'Ada', exact: true }).waitFor();
    await page.getByText('(here)').waitFor();
  });

  test('who signs in on the way to a meeting comes to it as themselves', async () => {
    const room = await createRoom(didar, { access: 'members' });
    const [ada] = (await asAdmin<{ items: User[] }>(didar, '/api/user?email=ada@example.org')).items;
    await asAdmin(didar, `/api/room/${room.name}/members/${ada?.id}`, {
      method: 'PUT',
      json: { role: 'attendee' },
    });
    const page = await open(`/room/${room.name}`);
    await page.click('#who');
    await signIn(page, 'ada@example.org', 'not my password');
    await page.getByText('There is no user with this email and password.').waitFor();
    await signIn(page, 'ada@example.org', 'ada has a password');
    await page.getByText('Signed in as Ada').waitFor();
    expect(await page.inputValue('#name')).toBe('Ada');
    await page.click('#join button[type=submit]');
    await eventually(
      async () => (await participants(didar, room.name)).some(({ identity }) => identity === ada?.id),
      'Ada in the meeting',
    );
    await page.close();
  });

  test('who has forgotten the password sets a new one by a link, ends a login and signs out', async () => {
    const [ada] = (await asAdmin<{ items: User[] }>(didar, '/api/user?email=ada@example.org')).items;
    const { url } = await asAdmin<ResetCreated>(didar, `/api/user/${ada?.id}/reset`, { method: 'POST' });
    const page = await open(url);
    await page.fill('#reset-password', 'ada has another');
    await page.click('#reset button[type=submit]');
    await page.getByText('(here)').waitFor();

    const phone = await open('/account');
    await signIn(phone, 'ada@example.org', 'ada has another');
    await phone.getByText('(here)').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'End' }).click();
    await eventually(async () => {
      const { items } = await asAdmin<{ items: Login[] }>(didar, `/api/user/${ada?.id}/logins`);
      return items.length === 1;
    }, 'one login left');
    await phone.reload();
    await phone.getByText('This login has ended.').waitFor();
    await phone.getByRole('heading', { name: 'Sign in' }).waitFor();

    await page.click('#sign-out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('who is known to the OpenID provider signs in there, and is told when that goes wrong', async () => {
    provider.person = { sub: 'g1', email: 'grace@example.org', email_verified: true, name: 'Grace' };
    const page = await open('/account');
    await page.getByText('Sign in with Example ID').click();
    await page.getByRole('heading', { name: 'Grace', exact: true }).waitFor();
    expect(page.url()).toBe(`${didar.url}/account`);

    provider.person = undefined;
    const other = await open('/account');
    await other.getByText('Sign in with Example ID').click();
    await other.getByText('the person declined').waitFor();
  });
});
