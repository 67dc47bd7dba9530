import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fingerprint } from './inputs.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'didar-inputs-'));
  for (const name of [
    'package.json',
    'bun.lock',
    'tsconfig.json',
    'src/main.ts',
    'scripts/lib/build/compile.ts',
  ]) {
    await write(name, name);
  }
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
}

test.each([
  'src/main.ts',
  'src/lib/new.ts',
  'tui/view.tsx',
  'drizzle/0001_more.sql',
  'scripts/lib/build/compile.ts',
  'bun.lock',
])('the executable is built again when %s changes', async (name) => {
  const before = await fingerprint(root, []);
  await write(name, 'changed');
  expect(await fingerprint(root, [])).not.toBe(before);
});

test('the executable is built again for another Bun or livekit-server, not for another test', async () => {
  const before = await fingerprint(root, ['1.4.5']);
  expect(await fingerprint(root, ['1.4.6'])).not.toBe(before);
  await write('src/main.test.ts', 'new');
  expect(await fingerprint(root, ['1.4.5'])).toBe(before);
});
