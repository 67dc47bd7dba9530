import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { MediaPath } from '../../src/modules/participants/model.ts';
import { findChromium } from '../harness/browser.ts';
import '../harness/slow.ts';
import { within } from '../harness/within.ts';
import { openSite, type Site } from './meeting.ts';
import { hasNetem, labMissing, SERVER } from './network.ts';

/** A person who waits longer takes it for broken; the time covers two who join one after the other. */
const JOIN_LIMIT_MS = 2 * 5_000;
/** Two seconds are promised; openssl and a busy machine take their part. */
const RENEWAL_LIMIT_MS = 4_000;
const ONLY_443 = ['tcp dport 443 accept', 'drop'];
const chromium = await findChromium();
const missing = chromium === undefined ? 'needs chromium' : labMissing();
const lab = describe.skipIf(missing !== undefined);
const why = missing === undefined ? '' : ` (${missing})`;

/** A probe from the client's host, with nothing in its way, has nothing to find fault with. */
async function everyPathIsProbed(site: Site): Promise<void> {
  site.lab.firewall();
  const { rows, verdict } = await site.probe();
  expect(rows.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(rows.map(({ id }) => id).filter((id) => id.startsWith('path-'))).toEqual([
    'path-udp',
    'path-tcp',
    'path-turn-udp',
    'path-turn-tls',
  ]);
  expect(verdict.path).toBe('udp');
}

type Case = readonly [what: string, rules: readonly string[], travel: string, path: MediaPath];

async function meetBehind(site: Site, [, rules, travel, path]: Case): Promise<void> {
  site.lab.firewall(...rules);
  const meeting = await site.meet();
  try {
    await meeting.isTold(path);
    expect(await meeting.travels()).toEqual([travel, travel]);
    expect(meeting.tookMs).toBeLessThan(JOIN_LIMIT_MS);
  } finally {
    await meeting.leave();
  }
}

lab(`two browsers see and hear each other through a firewall${why}`, () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(chromium ?? '', 'directly', SERVER.ipv4);
  });
  afterAll(() => site?.close());

  const cases: readonly Case[] = [
    ['that lets everything out', [], 'udp', 'udp'],
    ['that drops UDP', ['meta l4proto udp drop'], 'tcp', 'tcp'],
    ['that rejects UDP', ['meta l4proto udp reject'], 'tcp', 'tcp'],
    ['that drops all but TCP 443', ONLY_443, 'relay tls', 'turn-tls'],
    ['that rejects all but TCP 443', ['tcp dport 443 accept', 'reject'], 'relay tls', 'turn-tls'],
    [
      'that has only the web and TURN left',
      ['tcp dport 443 accept', 'udp dport 3478 accept', 'drop'],
      'relay udp',
      'turn-udp',
    ],
  ];
  for (const each of cases) test(each[0], () => meetBehind(site, each));

  test('and none of it breaks when the certificate is replaced during the call', async () => {
    site.lab.firewall(...ONLY_443);
    const meeting = await site.meet();
    const before = await site.shownCertificate();
    const next = await site.renewCertificate();
    expect(next).not.toBe(before);
    await within(
      RENEWAL_LIMIT_MS,
      async () => (await site.shownCertificate()) === next,
      'the new certificate',
    );
    await meeting.goesOn();
    expect(await meeting.travels()).toEqual(['relay tls', 'relay tls']);
    await meeting.leave();
  });

  test.skipIf(!hasNetem())('also where one packet in twenty is lost, and each takes 80 ms', async () => {
    site.lab.impair('delay', '80ms', 'loss', '5%');
    site.lab.firewall();
    const meeting = await site.meet();
    await meeting.goesOn();
    await meeting.leave();
  });
});

lab(`a server behind a router that translates addresses${why}`, () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(chromium ?? '', 'nat', SERVER.ipv4);
  });
  afterAll(() => site?.close());

  test('is found by a probe to be reached over every path', () => everyPathIsProbed(site));

  test('is reached over UDP', () => meetBehind(site, ['', [], 'udp', 'udp']));
  test('is reached where only TCP 443 is left', () =>
    meetBehind(site, ['', ONLY_443, 'relay tls', 'turn-tls']));
});

lab(`a server with IPv6 alone${why}`, () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(chromium ?? '', 'ipv6', SERVER.ipv6);
  });
  afterAll(() => site?.close());

  test('is reached over UDP', () => meetBehind(site, ['', [], 'udp', 'udp']));
  test('is reached over TCP where UDP is blocked', () =>
    meetBehind(site, ['', ['meta l4proto udp drop'], 'tcp', 'tcp']));
  test('is reached over TURN where only the web and TURN are left', () =>
    meetBehind(site, [
      '',
      ['tcp dport 443 accept', 'udp dport 3478 accept', 'drop'],
      'relay udp',
      'turn-udp',
    ]));
  test('is reached where only TCP 443 is left', () =>
    meetBehind(site, ['', ONLY_443, 'relay tls', 'turn-tls']));
});

lab(`a server whose private address comes before its public one${why}`, () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(chromium ?? '', 'private-first', SERVER.ipv4);
  });
  afterAll(() => site?.close());

  test('is reached over UDP', () => meetBehind(site, ['', [], 'udp', 'udp']));
  test('is reached over TCP where UDP is blocked', () =>
    meetBehind(site, ['', ['meta l4proto udp drop'], 'tcp', 'tcp']));
});
