import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { didarCommand, ROOT } from '../harness/executable.ts';
import { createRoom } from '../harness/people.ts';
import '../harness/slow.ts';
import { startTerminal, type Terminal } from '../harness/tmux.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import { fakeRoom } from './fake-world.ts';

/** A real server elsewhere, with a certificate of an authority of its own, and another one on this machine. */
let didar: Didar;
let here: FakeServer;
let url = '';
let socketHere = '';
let tokenId = '';
let terminal: Terminal | undefined;

beforeAll(async () => {
  didar = await startDidar({ config: { server: { tls: { mode: 'self-signed' } } }, askOverSocket: true });
  url = didar.url.replace('http:', 'https:');
  await createRoom(didar, { title: 'From afar' });
  const { id, token } = await asAdmin<{ id: string; token: string }>(didar, '/api/token', {
    json: { name: 'look', scopes: ['read'] },
  });
  tokenId = id;
  writeFileSync(`${didar.home}/token`, `${token}\n`, { mode: 0o600 });
  writeFileSync(`${didar.home}/empty`, '\n');
  const { stdout } = await didar.cli(['config', 'ca', '--config', didar.configPath]);
  writeFileSync(`${didar.home}/ca.pem`, stdout);
  socketHere = `${didar.home}/here.sock`;
  here = startFakeServer({ socket: socketHere, rooms: [fakeRoom('standup')] });
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});
afterAll(async () => {
  await here?.stop();
  await didar?.cleanUp();
});

async function open(...args: string[]): Promise<Terminal> {
  const command = didarCommand().map((part) => (isAbsolute(part) ? part : `${ROOT}/${part}`));
  terminal = await startTerminal({
    command: [...command, ...args],
    env: { ...didar.env, LC_ALL: 'C.UTF-8', XDG_STATE_HOME: `${didar.home}/operator` },
    width: 100,
  });
  return terminal;
}

test('what is wrong with the address, its certificate or the token is told with what to do', async () => {
  const token = ['--token-file', `${didar.home}/token`];
  const stranger = await open('tui', '--url', url, ...token);
  await stranger.shows('--ca-file: didar config ca prints it');
  expect(await stranger.exitCode()).toBe(69);
  await stranger.close();
  const plain = await open('tui', '--url', didar.url, ...token);
  await plain.shows('Write https:// in the address');
  expect(await plain.exitCode()).toBe(1);
  await plain.close();
  const empty = await open('tui', '--url', url, '--token-file', `${didar.home}/empty`);
  await empty.shows('The token file is empty');
  expect(await empty.exitCode()).toBe(1);
});

test('a profile opens a server elsewhere, from there the one here is gone to, and a revoked token is told', async () => {
  const added = await didar.cli([
    'profile',
    'add',
    'prod',
    ...[
      '--url',
      url,
      '--token-file',
      `${didar.home}/token`,
      '--ca-file',
      `${didar.home}/ca.pem`,
      '--production',
    ],
  ]);
  expect(added.code).toBe(0);
  const screen = await open('tui', '--profile', 'prod', '--socket', socketHere);
  await screen.shows('didar  [prod]');
  await screen.shows('read only');
  await screen.shows('From afar');
  await screen.press(':');
  await screen.type('this machine');
  await screen.shows(/▸ server +this machine/);
  await screen.press('Enter');
  await screen.shows('standup');
  await screen.shows('didar  this machine');
  await screen.press(':');
  await screen.type('prod');
  await screen.shows(/▸ server +prod/);
  await screen.press('Enter');
  await screen.shows('From afar');
  await asAdmin(didar, `/api/token/${tokenId}`, { method: 'DELETE' });
  await screen.shows('This API token is unknown, or was revoked');
  await screen.shows(/\[prod\] +reconnecting/);
  await screen.press('q');
  expect(await screen.exitCode()).toBe(0);
});
