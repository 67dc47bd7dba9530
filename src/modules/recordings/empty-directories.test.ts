import { afterEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { removeEmptyDirectories } from './empty-directories.ts';

const dir = mkdtempSync(`${tmpdir()}/didar-empty-`);
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a directory that was made for a recording which never came to be goes, and nothing else', () => {
  for (const name of ['rec_empty', 'rec_known', 'rec_full', 'mine']) mkdirSync(`${dir}/${name}`);
  writeFileSync(`${dir}/rec_full/track.mkv`, 'media');
  writeFileSync(`${dir}/rec_file`, '');
  removeEmptyDirectories(dir, (recording) => recording === 'rec_known');
  expect(readdirSync(dir).sort()).toEqual(['mine', 'rec_file', 'rec_full', 'rec_known']);
  removeEmptyDirectories(`${dir}/not-yet-there`, () => false);
});
