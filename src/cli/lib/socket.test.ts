import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSocket, requireSocket, socketCandidates, socketsToListenOn } from './socket.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'didar-socket-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('a daemon that runs is found by its data directory', async () => {
  const unix = join(dataDir, 'didar.sock');
  const server = Bun.serve({ unix, fetch: () => new Response('ok') });
  try {
    expect(await findSocket({ dataDir, isDataGiven: true, env: {} })).toBe(unix);
  } finally {
    await server.stop(true);
  }
});

test('a socket file that a killed daemon left behind is no daemon', async () => {
  await writeFile(join(dataDir, 'didar.sock'), '');
  expect(await findSocket({ dataDir, isDataGiven: true, env: {} })).toBeUndefined();
  await expect(requireSocket({ dataDir, isDataGiven: true, env: {} })).rejects.toMatchObject({
    code: 'daemon_not_running',
    fix: expect.stringContaining('didar serve'),
  });
});

test('clients look where the daemon listens, for the service, a user, a named directory and a named socket', () => {
  const user = { dataDir, isDataGiven: false, env: { XDG_RUNTIME_DIR: '/run/user/1000' } };
  const service = { dataDir, isDataGiven: true, env: { RUNTIME_DIRECTORY: '/run/didar' } };
  expect(socketsToListenOn(service)).toContain('/run/didar/didar.sock');
  expect(socketCandidates(user)[0]).toBe('/run/didar/didar.sock');
  for (const places of [user, { ...user, isDataGiven: true }, { ...user, explicit: '/tmp/x.sock' }]) {
    expect(socketCandidates(places)).toEqual(expect.arrayContaining(socketsToListenOn(places)));
  }
});

test('a named data directory is never answered by another daemon', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
  expect(socketCandidates({ dataDir, isDataGiven: true, env })).toEqual([join(dataDir, 'didar.sock')]);
});
