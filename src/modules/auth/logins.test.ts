import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../db/open.ts';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents } from '../events/service.ts';
import { createLogins, type Logins } from './logins.ts';
import { createLoginRepo } from './logins-repo.ts';
import { createSignedTokens } from './signed-tokens.ts';
import { createLoginThrottle } from './throttle.ts';
import { createUserRepo } from './users-repo.ts';

const HOME = '198.51.100.7';
const PASSWORD = 'correct horse';

let folder: string;
let clock: ManualClock;
let db: Database;
let logins: Logins;
/** The hashes that a password was compared with. */
let compared: (string | null | undefined)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'didar-logins-'));
  clock = manualClock();
  db = openDatabase(join(folder, 'didar.db'), { log: silentLogger });
  const users = createUserRepo(db);
  for (const id of ['u_ada', 'u_bob'])
    users.insert({
      id,
      email: `${id}@example.org`,
      emailKey: `${id}@example.org`,
      name: id,
      role: 'user',
      passwordHash: 'a hash',
      disabledAt: null,
      createdAt: 0,
      updatedAt: 0,
    });
  compared = [];
  logins = createLogins({
    repo: createLoginRepo(db),
    users,
    passwords: {
      async matches(password, hash) {
        compared.push(hash);
        return password === PASSWORD && typeof hash === 'string';
      },
    },
    throttle: createLoginThrottle(clock),
    tokens: createSignedTokens({ key: 'a key of this test, at least thirty-two bytes', clock }),
    events: createEvents({ repo: createEventRepo(db), clock }),
    clock,
    accessTtl: 900_000,
    refreshTtl: 86_400_000,
    onEnded: () => undefined,
  });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

async function attempt(user: string, password: string, address = HOME, device?: string) {
  const credentials = { email: `${user}@example.org`, password, ...(device !== undefined && { device }) };
  try {
    return await logins.login(credentials, { address, userAgent: null });
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

async function guess(user: string, times: number, addressOf: (i: number) => string) {
  const answers: unknown[] = [];
  for (let i = 0; i < times; i += 1) answers.push(await attempt(user, `guess ${i}`, addressOf(i)));
  return answers;
}
const elsewhere = (i: number) => `203.0.113.${i % 250}`;

describe('guessing a password', () => {
  test('is slowed for the account, from however many addresses it comes', async () => {
    const answers = await guess('u_ada', 30, elsewhere);
    expect(answers.filter((answer) => answer === 'credentials_invalid')).toHaveLength(10);
    expect(answers.at(-1)).toBe('too_many_requests');
    clock.advance(15_000);
    expect(await guess('u_ada', 2, elsewhere)).toEqual(['credentials_invalid', 'too_many_requests']);
    expect(await attempt('u_bob', PASSWORD, elsewhere(1))).toMatchObject({ user: { id: 'u_bob' } });
  });

  test('delays neither the owner at a place they signed in from before, nor on a device that did', async () => {
    const first = await attempt('u_ada', PASSWORD);
    const device = typeof first === 'object' ? first.device : '';
    await guess('u_ada', 30, elsewhere);
    expect(await attempt('u_ada', PASSWORD, '192.0.2.1')).toBe('too_many_requests');
    expect(await attempt('u_ada', PASSWORD, HOME)).toMatchObject({ user: { id: 'u_ada' } });
    expect(await attempt('u_ada', PASSWORD, '192.0.2.1', device)).toMatchObject({ user: { id: 'u_ada' } });
    expect(await attempt('u_bob', 'wrong', '192.0.2.1', device)).toBe('credentials_invalid');
  });

  test('is slowed at such a place too, while the right password costs nothing', async () => {
    for (let i = 0; i < 30; i += 1)
      expect(await attempt('u_ada', PASSWORD)).toMatchObject({ expiresIn: 900 });
    const answers = await guess('u_ada', 30, () => HOME);
    expect(answers.filter((answer) => answer === 'credentials_invalid')).toHaveLength(10);
  });

  test('counts before the password is looked at, so that many at once get no further', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => attempt('u_ada', `guess ${i}`, elsewhere(i))),
    );
    expect(answers.filter((answer) => answer === 'credentials_invalid')).toHaveLength(10);
    expect(compared).toHaveLength(10);
  });

  test('does the same for an account that is not there: as many passwords hashed, the same delays', async () => {
    const known = await guess('u_ada', 15, elsewhere);
    const hashed = compared.length;
    const unknown = await guess('u_nobody', 15, elsewhere);
    expect(unknown).toEqual(known);
    expect(compared.length).toBe(2 * hashed);
    expect(compared.slice(hashed)).toEqual(Array(hashed).fill(undefined));
  });
});
