import { afterAll, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const dir = await mkdtemp(join(tmpdir(), 'didar-cli-config-'));
afterAll(() => rm(dir, { recursive: true }));
const file = join(dir, 'config.yaml');

async function didar(yaml: string, ...args: string[]) {
  await writeFile(file, yaml, { mode: 0o600 });
  const main = join(import.meta.dir, '../main.ts');
  const child = Bun.spawn([process.execPath, main, 'config', ...args, '--config', file], {
    env: { HOME: dir, PATH: process.env.PATH },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}

test('`config check` says that a file is valid, and warns of what does nothing', async () => {
  const { stdout, stderr, code } = await didar('livekit: {skipTLSVerify: true}\n', 'check');
  expect({ stdout, code }).toEqual({ stdout: `${file}: valid\n`, code: 0 });
  expect(stderr).toBe('warning: livekit.skipTLSVerify: no effect without livekit.external\n');
});

test('`config check` ends with 78 and lists every fault, for people and as JSON', async () => {
  const { stdout, stderr, code } = await didar('server:\n  prot: 1\nlog: {level: loud}\n', 'check', '--json');
  expect(code).toBe(78);
  expect(stderr).toContain(`${file}:2: server.prot is not a key\n`);
  expect(JSON.parse(stdout).faults).toMatchObject([
    { key: 'server.prot', line: 2 },
    { key: 'log.level', line: 3 },
  ]);
});

test('`config check --livekit` checks a livekit.yaml for the version that will read it', async () => {
  const livekit = join(dir, 'livekit.yaml');
  await writeFile(livekit, 'port: 7880\ntls: {}\n');
  const { stderr, code } = await didar('', 'check', '--livekit', livekit, '--livekit-version', '1.13.5');
  expect(code).toBe(78);
  expect(stderr).toContain(`${livekit}:2: `);
});

test('`config show` takes flags into account, and `config path` names the file', async () => {
  const { stdout } = await didar(
    'server: {port: 1}\n',
    'show',
    '--json',
    '--port',
    '9000',
    '--log-level',
    'debug',
  );
  expect(JSON.parse(stdout)).toMatchObject({
    path: file,
    values: { server: { port: 9000 }, log: { level: 'debug' } },
    origins: { 'server.port': 'flag', 'server.bind': 'default' },
  });
  expect((await didar('', 'path')).stdout).toBe(`${file}\n`);
});
