import { Database } from 'bun:sqlite';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { holdersOf } from '../../../src/doctor/file-holders.ts';
import { eventually } from '../within.ts';

/** The database of a server that was killed. */
export interface Wreck {
  /** What SQLite says of it: `ok`, or what is broken. */
  readonly integrity: string;
  /** Kinds of jobs that were running. */
  readonly running: readonly string[];
  /** Recordings that media was stored of. */
  readonly recordings: number;
}

/** Looks at it in a copy: the next start has to find the files as the kill left them. */
export async function examine(dataDir: string): Promise<Wreck> {
  return inCopy(dataDir, (copy) => {
    const running = copy.query<{ kind: string }, []>("SELECT kind FROM jobs WHERE state = 'running'").all();
    const recordings = copy
      .query<{ n: number }, []>("SELECT count(*) AS n FROM recordings WHERE state = 'recording'")
      .get();
    return {
      integrity: integrityOf(copy),
      running: running.map(({ kind }) => kind),
      recordings: recordings?.n ?? 0,
    };
  });
}

/** The same of one that was killed before or in the middle of a migration: how many migrations it has had. */
export async function versionOf(dataDir: string) {
  return inCopy(dataDir, (copy) => ({
    integrity: integrityOf(copy),
    version: copy.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0,
    events: copy.query<{ n: number }, []>('SELECT count(*) AS n FROM events').get()?.n ?? 0,
  }));
}

function integrityOf(database: Database): string {
  const rows = database.query<{ integrity_check: string }, []>('PRAGMA integrity_check').all();
  const broken = database.query('PRAGMA foreign_key_check').all();
  return [...rows.map((row) => row.integrity_check), ...broken.map((row) => JSON.stringify(row))].join();
}

async function inCopy<T>(dataDir: string, look: (copy: Database) => T): Promise<T> {
  // A child that was copying the database for a backup ends a moment after its daemon, and as the last one that has it
  // open it writes the log into the database: of files that change meanwhile no copy is whole.
  await eventually(
    async () => (await holdersOf(`${dataDir}/didar.db`, [])).length === 0,
    'nobody to have it open',
  );
  const folder = mkdtempSync(`${tmpdir()}/didar-soak-`);
  for (const suffix of ['', '-wal']) {
    const file = `${dataDir}/didar.db${suffix}`;
    if (existsSync(file)) copyFileSync(file, `${folder}/didar.db${suffix}`);
  }
  const copy = new Database(`${folder}/didar.db`);
  try {
    return look(copy);
  } finally {
    copy.close();
    rmSync(folder, { recursive: true });
  }
}
