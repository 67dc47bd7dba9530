import { stat } from 'node:fs/promises';
import { findDamage } from '../../../db/integrity.ts';
import { type Check, failed, ok, skipped } from '../../check.ts';
import { formatBytes } from './directory.ts';

/** SQLite checks about 1 GB a second and holds up everything else meanwhile. */
const CHECKED_BYTES = 64 * 1024 * 1024;

/** What must last is readable, all of it. */
export const databaseCheck: Check = {
  id: 'data.database',
  title: 'The database is whole',
  async run({ dataDir: { database } }) {
    const found = await stat(database).catch(() => undefined);
    if (found === undefined) return skipped('There is none yet: the first start makes it.');
    const shown = `${database} (${formatBytes(found.size)})`;
    if (found.size > CHECKED_BYTES) {
      return skipped(`${shown} is too large to check while people wait.`);
    }
    const damage = findDamage(database);
    if (damage.length === 0) return ok(`${shown}: SQLite finds no fault in it.`);
    return failed(`${shown}: ${damage.join('; ')}`, {
      fix: 'Stop didar, keep a copy of the file, put a backup in its place, and see to the disk.',
      key: 'data',
    });
  },
};
