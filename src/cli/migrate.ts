import type { Command } from 'commander';
import { openDatabase } from '../db/open.ts';
import { describeDatabase } from '../db/snapshot.ts';
import { createLogger } from '../lib/log.ts';
import type { TriedMigration } from '../upgrade/try-executable.ts';
import { printJson } from './lib/output.ts';

/** `didar migrate`: what an upgrade asks the new executable to do with a copy of the database. */
export function addMigrate(program: Command): void {
  program
    .command('migrate', { hidden: true })
    .argument('<file>', 'a database that nobody uses')
    .description('Brings a database to the schema of this didar, and tells what that took.')
    .action((file: string) => {
      const migrations: string[] = [];
      const { schema: from } = describeDatabase(file);
      const log = createLogger({
        level: 'info',
        format: 'json',
        write: (line) => migrations.push(...((JSON.parse(line).migrations ?? []) as string[])),
      });
      openDatabase(file, { log }).close();
      const tried: TriedMigration = { from, to: describeDatabase(file).schema, migrations };
      printJson(tried);
    });
}
