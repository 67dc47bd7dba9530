import { findDamage } from '../../db/integrity.ts';
import { openDatabase } from '../../db/open.ts';
import { type DatabaseFacts, describeDatabase } from '../../db/snapshot.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { BackupHeader } from '../contents.ts';

/**
 * Proves that the database of a backup is whole and has every row it was made with, and brings it to the schema of
 * this didar. Returns what it holds then.
 *
 * @throws DomainError `backup_damaged`, and `database_newer` and `database_foreign` of `openDatabase`
 */
export function checkDatabase(path: string, header: BackupHeader, log: Logger): DatabaseFacts {
  const [damage] = findDamage(path);
  if (damage !== undefined) throw damaged(damage);
  const before = describeDatabase(path);
  if (before.schema !== header.schema) throw damaged('its database has another schema than it says');
  for (const [table, count] of Object.entries(header.rows)) {
    if (before.rows[table] !== count) {
      throw damaged(`${table} has ${before.rows[table] ?? 'no'} rows, not ${count}`);
    }
  }
  openDatabase(path, { log }).close();
  return describeDatabase(path);
}

const damaged = (what: string) =>
  new DomainError('backup_damaged', `The backup is damaged: ${what}.`, { fix: 'Take another backup.' });
