import { Database as Sqlite } from 'bun:sqlite';
import { closeSync, openSync } from 'node:fs';
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { migrate } from './migrate.ts';
import * as schema from './schema.ts';
import { explainSqliteError } from './sqlite-errors.ts';
import { createWriteGate } from './write-gate.ts';

export interface Database {
  readonly orm: BunSQLiteDatabase<typeof schema>;
  /** For the statements of a hot path, and for `inTransaction`. */
  readonly sqlite: Sqlite;
  /** Writes and reads, for readiness. Throws a DomainError that says what is wrong with the file or its disk. */
  check(): void;
  /**
   * Resolves when a write would not have to wait for another program; meanwhile everything else goes on. Whoever
   * answers a request that writes asks first: SQLite itself waits with the whole process.
   *
   * @throws DomainError `database_busy` after `WRITABLE_LIMIT_MS`
   */
  untilWritable(): Promise<void>;
  close(): void;
}

export interface OpenOptions {
  readonly log: Logger;
  readonly clock?: Clock;
}

/** How long the start waits for another process (a backup, a shell) that holds the database. */
const OPEN_BUSY_LIMIT_MS = 5_000;
/** How long a statement does so afterwards: nothing else gets on meanwhile, signalling neither. */
const BUSY_LIMIT_MS = 100;
/** A check that went well answers for this long: whoever asks for readiness again and again costs no disk time. */
const CHECK_HOLDS_MS = 1_000;

/**
 * Opens the database, making it (mode 0600) when it isn't there, and brings its schema up to date.
 *
 * @throws DomainError `database_newer`, `database_foreign`, `database_corrupt`, `database_read_only`,
 *   `database_unavailable`, `database_busy`, `database_full`
 */
export function openDatabase(path: string, { log, clock = systemClock }: OpenOptions): Database {
  const sqlite = explained(path, () => {
    const opened = open(path);
    try {
      const ran = migrate(opened, path);
      if (ran.length > 0) log.info('database migrated', { migrations: ran });
      opened.run('PRAGMA foreign_keys = ON');
      opened.run(`PRAGMA busy_timeout = ${BUSY_LIMIT_MS}`);
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  });
  let checkedAt = Number.NEGATIVE_INFINITY;
  return {
    orm: drizzle(sqlite, { schema }),
    sqlite,
    check() {
      if (clock.now() - checkedAt < CHECK_HOLDS_MS) return;
      explained(path, () => writeNothingNew(sqlite));
      checkedAt = clock.now();
    },
    untilWritable: createWriteGate({ sqlite, path, clock, busyLimitMs: BUSY_LIMIT_MS }),
    close() {
      sqlite.run('PRAGMA optimize');
      sqlite.close();
    },
  };
}

function open(path: string): Sqlite {
  if (path !== ':memory:') ensureFile(path);
  const sqlite = new Sqlite(path);
  try {
    sqlite.run(`PRAGMA busy_timeout = ${OPEN_BUSY_LIMIT_MS}`);
    sqlite.run('PRAGMA journal_mode = WAL');
    // FULL: in WAL mode NORMAL does without the fsync at commit, and what was acknowledged can be lost with the
    // power. It costs one fsync a commit (0.15 ms on an SSD), which transactions share among their writes.
    sqlite.run('PRAGMA synchronous = FULL');
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return sqlite;
}

/** Sets the version to what it is: that goes through the log and the disk like any other commit. */
function writeNothingNew(sqlite: Sqlite): void {
  const row = sqlite.query<{ user_version: number }, []>('PRAGMA user_version').get();
  sqlite.run(`PRAGMA user_version = ${row?.user_version ?? 0}`);
}

/** SQLite makes files by the umask, and gives the -wal and -shm files the mode of the main one. */
function ensureFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // There already, or it can't be made: then opening it says why.
  }
}

function explained<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explainSqliteError(error, path) ?? error;
  }
}
