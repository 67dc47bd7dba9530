import { DomainError } from '../../../lib/errors.ts';
import { type Check, failedBy, type Outcome, ok, skipped } from '../../check.ts';
import { holdersOf } from '../../file-holders.ts';
import type { RunningServer } from '../../subject.ts';

/** The row of the table of known troubles that each code belongs to. */
const TROUBLES: Readonly<Record<string, string>> = {
  database_busy: 'database-busy',
  database_read_only: 'database-read-only',
  database_full: 'disk-full',
  database_corrupt: 'database-damaged',
  data_dir_forbidden: 'data-dir-unwritable',
  data_dir_unwritable: 'data-dir-unwritable',
};

/** What must last can be stored now: nobody holds the database, and disk and permissions allow it. */
export const databaseWritesCheck: Check = {
  id: 'data.writes',
  title: 'What must last can be stored',
  async run({ running, dataDir }) {
    if (running === undefined) return skipped('No didar runs here.');
    try {
      running.checkDatabase();
      running.checkData();
      return ok(`A write to ${dataDir.database} went through.`);
    } catch (error) {
      return explained(error, running, dataDir.database);
    }
  },
};

async function explained(error: unknown, { pid }: RunningServer, database: string): Promise<Outcome> {
  const code = error instanceof DomainError ? error.code : undefined;
  const trouble = code === undefined ? undefined : TROUBLES[code];
  const outcome = failedBy(error, { key: 'data', ...(trouble !== undefined && { trouble }) });
  if (code !== 'database_busy') return outcome;
  const holders = await holdersOf(database, [pid]);
  if (holders.length === 0) return outcome;
  return {
    ...outcome,
    evidence: `${outcome.evidence} It is open in ${holders.join(', ')}.`,
    fix: `End ${holders.join(', ')}.`,
  };
}
