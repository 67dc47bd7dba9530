import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../lib/log.ts';
import { startUnixListener } from './unix-listener.ts';

const directory = mkdtempSync(join(tmpdir(), 'didar-socket-'));
const path = join(directory, 'didar.sock');
afterEach(() => rmSync(path, { force: true }));

const listener = () =>
  startUnixListener({
    path,
    handle: (_, client) => Response.json(client),
    log: silentLogger,
  });

test('the owner alone can open the socket, and it is gone after a stop', async () => {
  const { stop } = await listener();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const answer = await fetch('http://localhost/', { unix: path });
  expect(await answer.json()).toEqual({ address: 'local', transport: 'unix', secure: true });
  await stop();
  expect(existsSync(path)).toBe(false);
});

test('a socket that a killed server left is taken over', async () => {
  const dead = Bun.spawn(
    ['bun', '-e', `Bun.serve({unix:${JSON.stringify(path)},fetch:()=>new Response()});console.log('up')`],
    {
      stdout: 'pipe',
    },
  );
  await dead.stdout.getReader().read();
  dead.kill('SIGKILL');
  await dead.exited;
  expect(existsSync(path)).toBe(true);
  const { stop } = await listener();
  expect((await fetch('http://localhost/', { unix: path })).status).toBe(200);
  await stop();
});

test('a socket that answers is left alone', async () => {
  const first = await listener();
  await expect(listener()).rejects.toMatchObject({ code: 'socket_in_use' });
  expect((await fetch('http://localhost/', { unix: path })).status).toBe(200);
  await first.stop();
});

test('a file that is no socket is never removed', async () => {
  writeFileSync(path, 'precious');
  await expect(listener()).rejects.toMatchObject({ code: 'socket_unusable' });
  expect(existsSync(path)).toBe(true);
});

test('a path that a socket cannot have is refused by its length', async () => {
  const long = startUnixListener({
    path: `/tmp/${'x'.repeat(120)}`,
    handle: () => new Response(),
    log: silentLogger,
  });
  await expect(long).rejects.toMatchObject({ code: 'socket_path_too_long' });
});
