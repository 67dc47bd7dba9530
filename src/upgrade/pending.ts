import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import { holdsItsFiles, identityOf, type ProcessIdentity } from '../supervisor/process-identity.ts';
import { keptDatabase } from './kept-database.ts';

/** Says that an executable is in place that has not proved itself; the service's unit looks for it. */
export const PENDING_FILE = 'upgrade.json';

/** How long a new version has to go on after it was ready. Milliseconds. */
export const SETTLE_MS = 5000;

/** After that a server ends the upgrade itself: the command, which would have, is gone by then. Milliseconds. */
export const CUT_OFF_SETTLE_MS = 30_000;

/** What an upgrade notes in the data directory, until it is over: a power cut may end the command before. */
export interface Pending {
  begin(): Promise<void>;
  /** Whether one is noted whose command does not live any more. */
  isLeft(): Promise<boolean>;
  /** It is over: with the new version, or the old one again. */
  end(): Promise<void>;
}

/** The upgrade of the server whose data is in a directory, with its database there. */
export function pendingUpgrade(dataDir: string, database: string): Pending {
  const file = join(dataDir, PENDING_FILE);
  return {
    begin: async () => writeFileAtomic(file, `${JSON.stringify(await identityOf(process.pid))}\n`, 0o644),
    async isLeft() {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (text === undefined) return false;
      return !(await holdsItsFiles(JSON.parse(text) as ProcessIdentity));
    },
    async end() {
      await rm(file, { force: true });
      await keptDatabase(database).drop();
    },
  };
}
