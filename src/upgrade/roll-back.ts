import { rm } from 'node:fs/promises';
import { keptDatabase } from './kept-database.ts';
import type { Pending } from './pending.ts';
import { bringBackPrevious, previousOf } from './swap.ts';

export interface RollBackOptions {
  readonly executable: string;
  readonly database: string;
  readonly pending: Pending;
}

/**
 * The old version again, with the data that it left; the server is stopped. In an order that may be cut off anywhere:
 * until the last step the old executable is there under its second name, and the old database as a copy.
 */
export async function rollBack({ executable, database, pending }: RollBackOptions): Promise<void> {
  await keptDatabase(database).putBack();
  await bringBackPrevious(executable);
  await pending.end();
  await rm(previousOf(executable), { force: true });
}
