import { Database as Sqlite } from 'bun:sqlite';
import { messageOf } from '../lib/errors.ts';

const SHOWN_FAULTS = 5;

/** What SQLite finds wrong with a database file; empty when it is whole. Only reads. */
export function findDamage(path: string): readonly string[] {
  try {
    const sqlite = new Sqlite(path, { readonly: true });
    try {
      const rows = sqlite
        .query<{ quick_check: string }, []>(`PRAGMA quick_check(${SHOWN_FAULTS})`)
        .all()
        .map((row) => row.quick_check);
      return rows.filter((row) => row !== 'ok');
    } finally {
      sqlite.close();
    }
  } catch (error) {
    return [messageOf(error)];
  }
}
