import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../../test/fixtures/until.ts';
import { DomainError } from '../../../lib/errors.ts';
import { silentLogger } from '../../../lib/log.ts';
import { type ManualClock, manualClock } from '../../../lib/manual-clock.ts';
import { createAuthority, issueLeaf, type Pair } from '../authority.ts';
import type { CertificateStore } from '../certificate-store.ts';
import { createAcmeStore } from './acme-store.ts';
import type { OrderOptions } from './order.ts';

const DAY_MS = 86_400_000;
const authority = await createAuthority('A real one', Date.now());

let directory: string;
let clock: ManualClock;
let orders: OrderOptions[];
let answer: () => Promise<Pair>;
let running: CertificateStore[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'didar-acme-'));
  clock = manualClock(Date.now());
  orders = [];
  running = [];
  answer = () => issueLeaf(authority, { names: ['meet.example'], addresses: [] }, clock.now());
});
afterEach(() => {
  for (const each of running) each.stop();
  rmSync(directory, { recursive: true });
});

async function start(): Promise<CertificateStore> {
  const store = await createAcmeStore({
    host: 'meet.example',
    directoryUrl: 'https://authority.example/directory',
    directory,
    clock,
    log: silentLogger,
    order: (options) => {
      orders.push(options);
      return answer();
    },
  });
  running.push(store);
  store.start();
  return store;
}

const refuse = () => Promise.reject(new DomainError('acme_refused', 'no such name', { fix: 'set DNS' }));

/** Turns time on by `ms` and waits until the order that falls due then was made. */
async function ordered(ms: number, count: number): Promise<void> {
  clock.advance(ms);
  await until(() => orders.length === count);
}

test('until the first certificate comes, one that nobody vouches for is shown', async () => {
  const coming = Promise.withResolvers<Pair>();
  const pair = await answer();
  answer = () => coming.promise;
  const { current, status } = await start();
  expect(status().state).toBe('pending');
  expect(current().subjects).toEqual(['meet.example']);
  coming.resolve(pair);
  await until(() => status().state === 'ok');
  expect(current().cert).toBe(pair.cert);
});

test('account and certificate are kept for the owner alone, and a restart asks for nothing', async () => {
  const first = await start();
  await until(() => first.status().state === 'ok');
  for (const file of readdirSync(directory)) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  const again = await start();
  expect(again.status().state).toBe('ok');
  expect(again.current().fingerprint).toBe(first.current().fingerprint);
  expect(orders).toHaveLength(1);
});

test('it is renewed after two thirds of its life, with the same account', async () => {
  const { current, status } = await start();
  await until(() => status().state === 'ok');
  const { fingerprint } = current();
  clock.advance(58 * DAY_MS);
  expect(orders).toHaveLength(1);
  await ordered(3 * DAY_MS, 2);
  await until(() => current().fingerprint !== fingerprint);
  expect(orders[1]?.accountKey).toBe(orders[0]?.accountKey as string);
});

test('a failure keeps the old certificate and says what to do; the next try is checked in the other way', async () => {
  const { current, status } = await start();
  await until(() => status().state === 'ok');
  const { fingerprint } = current();
  answer = refuse;
  await ordered(61 * DAY_MS, 2);
  await until(() => status().state === 'failing');
  expect(status()).toMatchObject({ error: 'no such name', fix: 'set DNS' });
  expect(current().fingerprint).toBe(fingerprint);
  await ordered(10_000, 3);
  expect(orders.map(({ prefer }) => prefer)).toEqual(['tls-alpn-01', 'tls-alpn-01', 'http-01']);
});

/** Seconds that the next attempt is put off by, after each of so many that failed. */
async function waitsAfter(attempts: number): Promise<readonly number[]> {
  const { status } = await start();
  const waits: number[] = [];
  for (let count = 1; count <= attempts; count++) {
    const pause = () => (status().nextAttempt ?? 0) - clock.now();
    if (count > 1) clock.advance(pause() + 5000);
    await until(() => orders.length === count && pause() > 0);
    waits.push(pause() / 1000);
  }
  return waits;
}

test('tries grow apart, so that the authority does not shut us out', async () => {
  answer = refuse;
  expect(await waitsAfter(6)).toEqual([5, 300, 600, 1200, 2400, 4800]);
});

test('an authority that is away is asked again soon', async () => {
  answer = () => Promise.reject(new DomainError('acme_unreachable', 'no route'));
  expect(await waitsAfter(8)).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
});

test('attempts that reach nobody change neither the way of being checked nor what a refusal costs', async () => {
  answer = () => Promise.reject(new DomainError('acme_unreachable', 'no route'));
  await waitsAfter(3);
  answer = refuse;
  await ordered(30_000, 4);
  await ordered(10_000, 5);
  const ways = orders.map(({ prefer }) => prefer);
  expect([ways.slice(0, 4).every((way) => way === 'tls-alpn-01'), ways[4]]).toEqual([true, 'http-01']);
});

test('an address instead of a name is refused with what to do', async () => {
  const failure = createAcmeStore({
    host: '203.0.113.1',
    directoryUrl: 'https://authority.example/directory',
    directory,
    clock,
    log: silentLogger,
  });
  await expect(failure).rejects.toMatchObject({ code: 'acme_needs_a_name' });
});
