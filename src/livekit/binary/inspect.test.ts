import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectBinary, isNoexec } from './inspect.ts';
import { livekitVersionOf } from './version.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'didar-binary-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function fileWith(name: string, content: string | Uint8Array, mode: number): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

function elfFor(machine: number): Uint8Array {
  const header = Buffer.alloc(64);
  header.write('\u007fELF', 'latin1');
  header.writeUInt16LE(machine, 18);
  return header;
}

test('a livekit-server tells its version', async () => {
  const path = await fileWith('good', '#!/bin/sh\necho "livekit-server version 1.13.5"\n', 0o700);
  expect(await livekitVersionOf(path)).toBe('1.13.5');
});

test('a program that is no livekit-server is refused with what it said', async () => {
  const path = await fileWith('other', '#!/bin/sh\necho "nginx version: 1.27"\n', 0o700);
  await expect(livekitVersionOf(path)).rejects.toMatchObject({
    code: 'binary_unusable',
    message: expect.stringContaining('nginx version: 1.27'),
    fix: expect.stringContaining('livekit.binary'),
  });
});

test('a path with nothing there, or a directory, is a missing binary', async () => {
  await expect(inspectBinary(join(directory, 'nothing'))).rejects.toMatchObject({ code: 'binary_missing' });
  await expect(inspectBinary(directory)).rejects.toMatchObject({ code: 'binary_missing' });
});

test('a file without the execute bit is told with the chmod that mends it', async () => {
  const path = await fileWith('plain', '#!/bin/sh\n', 0o600);
  await expect(inspectBinary(path)).rejects.toMatchObject({
    code: 'binary_not_executable',
    fix: `chmod +x ${path}`,
  });
});

test('a binary for another processor is told apart before it is run', async () => {
  const path = await fileWith('foreign', elfFor(process.arch === 'arm64' ? 62 : 183), 0o700);
  await expect(inspectBinary(path)).rejects.toMatchObject({ code: 'binary_wrong_architecture' });
});

test('a file is on a noexec mount when the innermost mount around it is', () => {
  const mounts = [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw',
    '23 22 0:21 / /srv/my\\040data rw,noexec,relatime - tmpfs tmpfs rw',
    '24 23 0:22 / /srv/my\\040data/bin rw,relatime - tmpfs tmpfs rw',
  ].join('\n');
  expect(isNoexec('/srv/my data/livekit-server', mounts)).toBe(true);
  expect(isNoexec('/srv/my data/bin/livekit-server', mounts)).toBe(false);
  expect(isNoexec('/srv/my database/livekit-server', mounts)).toBe(false);
});
