import type { Database as Sqlite } from 'bun:sqlite';
import { DomainError } from '../lib/errors.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

/** "DIDR" in the file's header: what tells our database from another program's. */
const APPLICATION_ID = 0x44494452;

/**
 * Brings the schema up to date. How many migrations a database has had is its `user_version`, so that a start with
 * nothing to do costs two reads. All that are missing run in one transaction: a crash in between leaves the old schema.
 *
 * @returns the names of the migrations that ran
 * @throws DomainError `database_newer`, `database_foreign`
 */
export function migrate(
  sqlite: Sqlite,
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): string[] {
  refuseForeign(sqlite, path);
  const version = pragma(sqlite, 'user_version');
  if (version > migrations.length) {
    throw new DomainError(
      'database_newer',
      `The database ${path} was written by a newer didar (its version is ${version}, this didar knows ${migrations.length}).`,
      { fix: 'Run the newer didar, or restore the backup made before the upgrade.' },
    );
  }
  const missing = migrations.slice(version);
  if (missing.length > 0) apply(sqlite, missing, migrations.length);
  return missing.map((migration) => migration.name);
}

function apply(sqlite: Sqlite, missing: readonly Migration[], version: number): void {
  // Rebuilding a table drops the old one; with foreign keys on, that would delete the rows that refer to it.
  // The pragma does nothing inside a transaction: https://www.sqlite.org/lang_altertable.html#otheralter
  sqlite.run('PRAGMA foreign_keys = OFF');
  sqlite
    .transaction(() => {
      for (const migration of missing) sqlite.run(migration.sql);
      const broken = sqlite.query<{ table: string }, []>('PRAGMA foreign_key_check').all();
      if (broken.length > 0) throw new Error(`a migration broke references of ${broken[0]?.table}`);
      sqlite.run(`PRAGMA application_id = ${APPLICATION_ID}`);
      sqlite.run(`PRAGMA user_version = ${version}`);
    })
    .exclusive();
}

function refuseForeign(sqlite: Sqlite, path: string): void {
  const id = pragma(sqlite, 'application_id');
  if (id === APPLICATION_ID) return;
  const empty = sqlite.query('SELECT 1 FROM sqlite_schema LIMIT 1').get() === null;
  if (id === 0 && empty) return;
  throw new DomainError('database_foreign', `The database ${path} belongs to another program.`, {
    fix: 'Name another data directory (data, --data), or move the file away.',
  });
}

function pragma(sqlite: Sqlite, name: 'user_version' | 'application_id'): number {
  return sqlite.query<Record<string, number>, []>(`PRAGMA ${name}`).get()?.[name] ?? 0;
}
