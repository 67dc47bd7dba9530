import { afterEach, beforeEach, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../test/fixtures/until.ts';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import type { Certificate } from './certificate.ts';
import { createSelfSignedStore, readAuthority } from './self-signed-store.ts';

const DAY_MS = 86_400_000;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'didar-own-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const store = (host: string, clock = manualClock(Date.now())) =>
  createSelfSignedStore({ host, addresses: ['203.0.113.1'], directory, clock, log: silentLogger });

function isSignedBy(certificate: Certificate, ca: string | undefined): boolean {
  return new X509Certificate(certificate.cert).verify(new X509Certificate(ca ?? '').publicKey);
}

test('the certificate covers the host and its addresses, and is signed by the authority that clients can trust', async () => {
  const { current, caPem } = await store('meet.example');
  expect(current().subjects).toEqual(['meet.example', '203.0.113.1']);
  expect(isSignedBy(current(), caPem())).toBe(true);
  expect(await readAuthority(directory)).toBe(caPem() as string);
  for (const file of ['ca.pem', 'self-signed.pem']) {
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  }
});

test('both are kept over a restart; for another host there is a new one of the same authority', async () => {
  const before = await store('meet.example');
  const again = await store('meet.example');
  expect(again.current().fingerprint).toBe(before.current().fingerprint);
  const moved = await store('198.51.100.9');
  expect(moved.current().subjects).toEqual(['198.51.100.9', '203.0.113.1']);
  expect(moved.caPem()).toBe(before.caPem());
});

test('it is renewed after two thirds of its life, without a restart', async () => {
  const clock = manualClock(Date.now());
  const { current, caPem, start, stop } = await store('meet.example', clock);
  const { fingerprint } = current();
  start();
  clock.advance(58 * DAY_MS);
  expect(current().fingerprint).toBe(fingerprint);
  clock.advance(4 * DAY_MS);
  await until(() => current().fingerprint !== fingerprint);
  expect(isSignedBy(current(), caPem())).toBe(true);
  expect(current().notAfter).toBeGreaterThan(clock.now() + 80 * DAY_MS);
  stop();
});
