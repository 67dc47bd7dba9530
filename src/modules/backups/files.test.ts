import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { backupName, listBackupFiles } from './files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/didar-files-`);
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('the backups that are there are told newest first, page after page, and nothing else that lies there', async () => {
  for (const hour of [1, 2, 3]) {
    writeFileSync(`${dir}/${backupName(Date.UTC(2026, 0, 2, hour), hour === 3)}`, 'x'.repeat(hour));
  }
  writeFileSync(`${dir}/notes.txt`, 'mine');
  writeFileSync(`${dir}/${backupName(Date.UTC(2026, 0, 2, 4), false)}.part`, 'half of one');
  const first = await listBackupFiles(dir, { limit: 2 });
  expect(first.items).toEqual([
    {
      name: 'didar-20260102T030000.tar.zst.age',
      path: `${dir}/didar-20260102T030000.tar.zst.age`,
      bytes: 3,
      at: '2026-01-02T03:00:00.000Z',
      encrypted: true,
    },
    expect.objectContaining({ bytes: 2, encrypted: false, at: '2026-01-02T02:00:00.000Z' }),
  ]);
  const rest = await listBackupFiles(dir, { cursor: String(first.next) });
  expect(rest).toMatchObject({ items: [{ bytes: 1 }], next: null });
});

test('before the first backup there is no directory, and no fault', async () => {
  expect(await listBackupFiles(`${dir}/later`)).toEqual({ items: [], next: null });
});

test('what keeps the list from being read is told with its fix', async () => {
  const file = `${dir}/file`;
  writeFileSync(file, '');
  expect(listBackupFiles(file)).rejects.toMatchObject({
    code: 'backup_dir_unreadable',
    fix: expect.stringContaining('backup.dir'),
  });
});
