import { realpath } from 'node:fs/promises';
import type { Command } from 'commander';
import { dataDirAt } from '../config/data-dir.ts';
import { loadConfig } from '../config/load.ts';
import { pendingUpgrade } from '../upgrade/pending.ts';
import { rollBack } from '../upgrade/roll-back.ts';
import { previousOf } from '../upgrade/swap.ts';
import { groupOf, startWhenEnded } from '../upgrade/systemd-service.ts';
import { printNote } from './lib/output.ts';
import { surroundings } from './lib/surroundings.ts';

const SUFFIX = previousOf('');

/**
 * `didar.previous upgrade-undo`, for the service's unit: it runs as root, by the executable of before, when the service
 * has ended. Where a new version failed before its upgrade was over, and the upgrade's own command is gone, as after a
 * power cut, the old one comes back.
 */
export function addUpgradeUndo(program: Command): void {
  program
    .command('upgrade-undo', { hidden: true })
    .description('Takes back an upgrade that was cut off, and whose version does not run; for the service.')
    .option('--config <file>', 'configuration file')
    .action(undo);
}

async function undo({ config: file }: { readonly config?: string }): Promise<void> {
  // as systemd.exec(5) has it; who stops the service, or the machine, wants no other version
  if (process.env.SERVICE_RESULT === 'success') return;
  const previous = await realpath(process.execPath);
  if (!previous.endsWith(SUFFIX)) return;
  const { config } = await loadConfig({ ...surroundings(), flags: { config: file } });
  const { path, database } = dataDirAt(config.data);
  const pending = pendingUpgrade(path, database);
  if (!(await pending.isLeft())) return;
  await rollBack({ executable: previous.slice(0, -SUFFIX.length), database, pending });
  printNote('The upgrade was cut off, and its version does not run: the one before is back.');
  const unit = await groupOf('self');
  if (unit !== undefined) await startWhenEnded(unit);
}
