import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { fileTime } from '../../lib/file-time.ts';
import type { Page } from '../../lib/schema.ts';
import type { BackupFile } from './model.ts';

/** Ours alone: what else lies in the directory is not ours to tell of or to delete. */
const NAME = /^didar-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.tar\.zst(\.age)?$/;
const PAGE_SIZE = 100;

/** The name of a backup as of a moment, milliseconds since the epoch; names sort as their times do. */
export function backupName(at: number, encrypted: boolean): string {
  return `didar-${fileTime(at)}.tar.zst${encrypted ? '.age' : ''}`;
}

export function isBackupName(name: string): boolean {
  return NAME.test(name);
}

/** What a process that was ended in the middle of one left: half a backup, as large as a whole one. */
export function isHalfBackup(name: string): boolean {
  const [whole = '', tail] = name.split(/\.(?=[0-9a-f]{12}\.tmp$)/);
  return tail !== undefined && isBackupName(whole);
}

export interface BackupFileQuery {
  readonly cursor?: string;
  readonly limit?: number;
}

/** The backups in a directory, the newest first; none where there is no directory yet. Throws `backup_dir_unreadable`. */
export async function listBackupFiles(
  dir: string,
  { cursor, limit = PAGE_SIZE }: BackupFileQuery = {},
): Promise<Page<BackupFile>> {
  const names = (await namesIn(dir))
    .filter((name) => isBackupName(name) && (cursor === undefined || cursor === '' || name < cursor))
    .sort()
    .reverse();
  const found = await Promise.all(names.slice(0, limit).map((name) => describe(dir, name)));
  const next = names.length > limit ? (names[limit - 1] ?? null) : null;
  return { items: found.filter((file) => file !== undefined), next };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isGone(error)) return [];
    throw new DomainError('backup_dir_unreadable', `${dir} cannot be read: ${messageOf(error)}`, {
      fix: 'Let the user that the server runs as read and write it, or set backup.dir to another directory.',
      cause: error,
    });
  }
}

/** Undefined for one that was deleted meanwhile. */
async function describe(dir: string, name: string): Promise<BackupFile | undefined> {
  const path = join(dir, name);
  try {
    const { size } = await stat(path);
    const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
    const at = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
    return { name, path, bytes: size, at, encrypted: name.endsWith('.age') };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const isGone = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';
