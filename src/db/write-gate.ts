import type { Database as Sqlite } from 'bun:sqlite';
import { type Clock, wait } from '../lib/clock.ts';
import { explainSqliteError } from './sqlite-errors.ts';

/** How long someone who writes waits for another program; then they are told of it. */
const WRITABLE_LIMIT_MS = 5_000;
const TRY_AGAIN_MS = 50;

export interface WriteGateOptions {
  readonly sqlite: Sqlite;
  /** Named in errors. */
  readonly path: string;
  readonly clock: Clock;
  /** What the connection's `busy_timeout` is otherwise. */
  readonly busyLimitMs: number;
}

/**
 * Waits for other programs (a shell with an open transaction, a backup) without holding anything up, which SQLite's
 * own waiting does: it sleeps with the thread. The returned function resolves at once as long as nobody holds the
 * database; all who wait share one wait.
 *
 * @returns throws DomainError `database_busy` after 5 s, others as SQLite says
 */
export function createWriteGate({ sqlite, path, clock, busyLimitMs }: WriteGateOptions) {
  let waiting: Promise<void> | undefined;

  /** The fault of a write now; undefined when it would go through. */
  function faultNow(): unknown {
    // Inside a transaction of ours nobody else can hold it.
    if (sqlite.inTransaction) return undefined;
    sqlite.run('PRAGMA busy_timeout = 0');
    try {
      sqlite.run('BEGIN IMMEDIATE');
      sqlite.run('ROLLBACK');
      return undefined;
    } catch (error) {
      return explainSqliteError(error, path) ?? error;
    } finally {
      sqlite.run(`PRAGMA busy_timeout = ${busyLimitMs}`);
    }
  }

  async function untilFree(): Promise<void> {
    const begun = clock.now();
    for (;;) {
      await wait(clock, TRY_AGAIN_MS);
      const fault = faultNow();
      if (fault === undefined) return;
      if (!isBusy(fault) || clock.now() - begun >= WRITABLE_LIMIT_MS) throw fault;
    }
  }

  return async (): Promise<void> => {
    const fault = waiting === undefined ? faultNow() : undefined;
    if (waiting === undefined && fault === undefined) return;
    if (waiting === undefined && !isBusy(fault)) throw fault;
    waiting ??= untilFree().finally(() => {
      waiting = undefined;
    });
    return waiting;
  };
}

function isBusy(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'database_busy';
}
