import { DomainError } from '../lib/errors.ts';

/** What SQLite throws: `code` is the name of its (extended) result code, as in SQLITE_IOERR_WRITE. */
interface SqliteError extends Error {
  readonly code: string;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}

const KNOWN: readonly (readonly [prefix: string, code: string, what: string, fix: string])[] = [
  [
    'SQLITE_NOTADB',
    'database_foreign',
    'is not a database',
    'Move the file away, or restore it from a backup.',
  ],
  [
    'SQLITE_CORRUPT',
    'database_corrupt',
    'is damaged',
    'Restore it from a backup (didar restore); keep the damaged file and the -wal file beside it.',
  ],
  [
    'SQLITE_READONLY',
    'database_read_only',
    'can be read but not written',
    'Give the file, the -wal and -shm files beside it and their folder to the user that runs didar, on a writable mount.',
  ],
  [
    'SQLITE_CANTOPEN',
    'database_unavailable',
    'cannot be opened',
    'See that its folder exists and that the user that runs didar may write there.',
  ],
  ['SQLITE_FULL', 'database_full', 'has no room left on its disk', 'Free space on the disk that holds it.'],
  [
    'SQLITE_BUSY',
    'database_busy',
    'is held by another program',
    'End the program that has it open (fuser names it).',
  ],
  ['SQLITE_IOERR', 'database_unavailable', 'cannot be read or written', 'See the disk that holds it.'],
];

/**
 * What a fault of the database means to an operator, or undefined when the error is another one or a mistake of
 * our own (a broken constraint). Codes: https://www.sqlite.org/rescode.html
 *
 * @param path named in the message where it may be shown
 */
export function explainSqliteError(error: unknown, path?: string): DomainError | undefined {
  // Drizzle wraps what SQLite throws.
  if (error instanceof Error && error.cause !== undefined) return explainSqliteError(error.cause, path);
  if (!isSqliteError(error)) return undefined;
  const known = KNOWN.find(([prefix]) => error.code.startsWith(prefix));
  if (!known) return undefined;
  const [, code, what, fix] = known;
  const subject = path === undefined ? 'The database' : `The database ${path}`;
  return new DomainError(code, `${subject} ${what} (${error.message}).`, { fix, cause: error });
}
