import { Database as Sqlite } from 'bun:sqlite';
import { explainSqliteError } from './sqlite-errors.ts';

/** How long a snapshot waits for a writer that is about to finish; it reads beside all others. */
const BUSY_LIMIT_MS = 10_000;

/** What a database holds, to compare a copy with it. */
export interface DatabaseFacts {
  /** How many migrations it has had. */
  readonly schema: number;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Copies a database into a new file as of one moment, also while a daemon writes to it: in WAL mode a reader keeps
 * nobody from writing. The copy has no log beside it, and none of the space of what was deleted.
 *
 * @throws DomainError as `openDatabase` does: `database_full` where the copy finds no room
 */
export function snapshotDatabase(from: string, to: string): void {
  try {
    const sqlite = new Sqlite(from, { readwrite: true, create: false });
    try {
      sqlite.run(`PRAGMA busy_timeout = ${BUSY_LIMIT_MS}`);
      sqlite.run('VACUUM INTO ?', [to]);
    } finally {
      sqlite.close();
    }
  } catch (error) {
    throw explainSqliteError(error, from) ?? error;
  }
}

/** Counts what is in a database file that nobody else has open. */
export function describeDatabase(path: string): DatabaseFacts {
  const sqlite = new Sqlite(path, { readwrite: true, create: false });
  try {
    const version = sqlite.query<{ user_version: number }, []>('PRAGMA user_version').get();
    const tables = sqlite
      .query<{ name: string }, []>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all();
    const rows = tables.map(({ name }): [string, number] => {
      const counted = sqlite.query<{ count: number }, []>(`SELECT count(*) AS count FROM "${name}"`).get();
      return [name, counted?.count ?? 0];
    });
    return { schema: version?.user_version ?? 0, rows: Object.fromEntries(rows) };
  } finally {
    sqlite.close();
  }
}
