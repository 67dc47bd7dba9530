import { errorTables } from './errors.ts';
import { permissionTables } from './permissions.ts';
import { readmeTables } from './tables.ts';
import { troubleTables } from './troubles.ts';

/** The documents of which parts are made from the program's own tables, by their path from the root. */
export const DOCUMENTS: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  'README.md': readmeTables,
  'docs/errors.md': errorTables,
  'docs/permissions.md': permissionTables,
  'docs/troubles.md': troubleTables,
};
