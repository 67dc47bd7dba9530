import { afterAll, beforeAll, expect, test } from 'bun:test';
import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment, didarCommand } from '../harness/executable.ts';
import { runProcess } from '../harness/process.ts';

const SIZE_LIMIT = 135_000_000;

let directory: string;
let didar: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'didar-executable-'));
  // alone in a directory, as on a server: nothing of the work tree may be needed
  didar = join(directory, 'didar');
  await copyFile(didarCommand()[0] ?? '', didar);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function run(...args: string[]) {
  return runProcess({ command: [didar, ...args], env: cleanEnvironment(directory), cwd: directory });
}

test('it is one file of less than 135 MB', async () => {
  expect((await stat(didar)).size).toBeLessThan(SIZE_LIMIT);
});

test('it tells its own version, that of Bun and that of the livekit-server in it', async () => {
  const { stdout, code } = await run('version', '--json');
  expect(code).toBe(0);
  const version = /^\d+\.\d+\.\d+/;
  expect(JSON.parse(stdout)).toMatchObject({
    didar: expect.stringMatching(version),
    bun: expect.stringMatching(version),
    livekit: expect.stringMatching(version),
  });
});

test('it unpacks the livekit-server of that version, which runs', async () => {
  const { livekit } = JSON.parse((await run('version', '--json')).stdout);
  expect(await run('unpack-livekit', join(directory, 'bin'))).toMatchObject({ code: 0 });
  const [name = ''] = await readdir(join(directory, 'bin'));
  const path = join(directory, 'bin', name);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  const answer = await runProcess({ command: [path, '--version'], env: {}, cwd: directory });
  expect(answer.stdout).toContain(livekit);
});

test('it passes on the licences of what it contains', async () => {
  const { stdout } = await run('licenses');
  for (const part of ['bun', 'elysia', 'react', 'go', 'github.com/livekit/livekit-server']) {
    expect(stdout).toMatch(new RegExp(`^${part} \\d\\S*: \\S+`, 'm'));
  }
  expect(stdout).toContain('Permission is hereby granted, free of charge');
});

test('wrong usage ends with 2 and says what is wrong', async () => {
  const unknown = await run('verison');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('Did you mean version?');
  expect((await run('version', '--jsno')).code).toBe(2);
});

test('a file named .env where it is started does not configure it', async () => {
  await Bun.write(join(directory, '.env'), 'DIDAR_LOG_LEVEL=nonsense\nNODE_ENV=development\n');
  expect(await run('version')).toMatchObject({ code: 0, stderr: '' });
  expect((await run('config', 'check')).stderr).not.toContain('nonsense');
});
