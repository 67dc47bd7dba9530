import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../test/fixtures/until.ts';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { createAuthority, issueLeaf } from './authority.ts';
import type { CertificateStore } from './certificate-store.ts';
import { createFilesStore } from './files-store.ts';

const authority = await createAuthority('Test', Date.now());
const leaf = () =>
  issueLeaf(authority, { names: ['meet.example'], addresses: ['203.0.113.1', '2001:db8::1'] }, Date.now());
const [first, second] = [await leaf(), await leaf()];

let directory: string;
let certPath: string;
let keyPath: string;
const clock = manualClock(Date.now());
const store = () => createFilesStore({ certPath, keyPath, clock, log: silentLogger });

/** Turns time until the poll has seen what changed. */
async function seen(condition: () => boolean): Promise<void> {
  await until(() => {
    clock.advance(1000);
    return condition();
  });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'didar-files-'));
  certPath = join(directory, 'fullchain.pem');
  keyPath = join(directory, 'key.pem');
  writeFileSync(certPath, first.cert);
  writeFileSync(keyPath, first.key);
});

let running: CertificateStore | undefined;
afterEach(() => {
  running?.stop();
  rmSync(directory, { recursive: true });
});

test('a pair of files is shown, with its names and dates', async () => {
  const { current, status } = await store();
  expect(current()).toMatchObject({ cert: first.cert, key: first.key, selfIssued: false });
  expect(status()).toMatchObject({ state: 'ok', subjects: ['meet.example', '203.0.113.1', '2001:db8::1'] });
  expect(status().notAfter).toBeGreaterThan(Date.now());
});

test('a changed pair is taken over, half a pair is not, and what is wrong is told meanwhile', async () => {
  running = await store();
  const { current, status, onChange, start } = running;
  const changes: string[] = [];
  onChange(({ cert }) => changes.push(cert));
  start();
  writeFileSync(certPath, second.cert);
  await seen(() => status().state === 'failing');
  expect(status().error).toContain('does not belong');
  expect(current().cert).toBe(first.cert);
  writeFileSync(keyPath, second.key);
  await seen(() => status().state === 'ok');
  expect(current().cert).toBe(second.cert);
  expect(changes).toEqual([second.cert]);
});

test('files that vanish or break keep the old certificate', async () => {
  running = await store();
  const { current, status, start } = running;
  start();
  rmSync(keyPath);
  await seen(() => status().state === 'failing');
  writeFileSync(keyPath, 'garbage');
  await seen(() => status().error?.includes('key cannot be read') ?? false);
  expect(current().cert).toBe(first.cert);
});

test.each([
  ['a missing key', () => rmSync(keyPath), 'server.tls.key'],
  ['a certificate that is none', () => writeFileSync(certPath, 'hello'), 'certificate cannot be read'],
  ['the key of another', () => writeFileSync(keyPath, second.key), 'does not belong'],
])('%s stops the start', async (_, spoil, expected) => {
  spoil();
  const failure = await store().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 'certificate_unusable' });
  expect(JSON.stringify(failure) + String(failure)).toContain(expected);
});
