import type { Entry } from './entries.ts';

/** The version of the file format that this program writes and reads without migrating. */
export const CONFIG_VERSION = 1;

/**
 * One step from a version to the next: pure, entries in, entries out. A file that names no version is version 1,
 * for ever; so a change that old files would not survive raises `CONFIG_VERSION` and adds a step here.
 */
export interface Migration {
  readonly from: number;
  apply(entries: readonly Entry[]): readonly Entry[];
}

export const MIGRATIONS: readonly Migration[] = [];

/** The entries as the current version would have them. `version` is what the file says, at most the current one. */
export function migrate(
  entries: readonly Entry[],
  version: number,
  migrations: readonly Migration[] = MIGRATIONS,
): readonly Entry[] {
  return migrations
    .filter((migration) => migration.from >= version)
    .sort((a, b) => a.from - b.from)
    .reduce((migrated, migration) => migration.apply(migrated), entries);
}
