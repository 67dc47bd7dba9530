import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { DomainError } from '../../lib/errors.ts';
import { previousOf } from '../../upgrade/swap.ts';
import { print, printNote } from '../lib/output.ts';
import { confirm } from '../lib/prompt.ts';
import { planClosing } from './close-firewall.ts';
import { futureConfig } from './config-file.ts';
import { contentOf, isImage, type Machine, realMachine } from './machine.ts';
import { ACCOUNT, PLACES, SERVICE } from './places.ts';
import { readRecord } from './record.ts';
import { requireRoot } from './require-root.ts';
import { describeStep, doStep, type Step, systemctl } from './step.ts';

interface Options {
  readonly purge?: boolean;
  readonly yes?: boolean;
  readonly root: string;
  readonly dryRun?: boolean;
}

/** `didar service uninstall`. */
export function addUninstall(service: Command): void {
  service
    .command('uninstall')
    .description('Stops the service and removes it. Configuration and data stay, unless --purge is given.')
    .option('--purge', 'remove the configuration, the data and the account too')
    .option('--yes', 'do not ask before a purge')
    .option('--root <dir>', 'from the file tree of another machine', '/')
    .option('--dry-run', 'print every step, and change nothing')
    .action(uninstall);
}

async function uninstall({ purge = false, yes = false, root, dryRun = false }: Options): Promise<void> {
  const machine = realMachine(resolve(root));
  if (!dryRun) requireRoot(machine);
  const config = purge ? await configOf(machine) : undefined;
  const steps = await planUninstall(machine, purge ? (config?.data ?? PLACES.data) : undefined);
  if (purge && !dryRun && !yes && !(await confirm('Remove all accounts, rooms and recordings?'))) {
    throw new DomainError('cancelled', 'nothing is changed');
  }
  if (dryRun) print('Nothing is changed. This is what would be done:');
  for (const step of steps) {
    print(describeStep(step));
    if (!dryRun) await doStep(step, machine);
  }
  if (steps.length === 0) print('There is nothing installed.');
  if (!purge)
    print(`kept    ${PLACES.configDir}/, the data and the account ${ACCOUNT} (--purge removes them)`);
  else if (config && !config.recording.dir.startsWith(`${config.data}/`)) {
    print(`kept    ${config.recording.dir}/: recordings outside of the data directory`);
  }
}

/** What takes the service away again; with `purged` (a directory) also what it had made. */
export async function planUninstall(machine: Machine, purged: string | undefined): Promise<readonly Step[]> {
  const there = async (path: string) => (await machine.run(['test', '-e', path])).code === 0;
  const remove = async (path: string): Promise<readonly Step[]> =>
    (await there(path)) ? [{ kind: 'remove', path }] : [];
  const hasUnit = (await contentOf(machine, PLACES.unit)) !== undefined;
  const disable = isImage(machine) ? ['disable', SERVICE] : ['disable', '--now', SERVICE];
  const service: readonly Step[] = hasUnit
    ? [
        systemctl(...disable),
        { kind: 'remove', path: PLACES.unit },
        ...(isImage(machine) ? [] : [systemctl('daemon-reload')]),
      ]
    : [];
  const firewall = await planClosing(machine, (await readRecord(machine)).opened);
  const program = [
    ...(await remove(PLACES.executable)),
    ...(await remove(previousOf(PLACES.executable))),
    ...firewall,
    ...(await remove(PLACES.record)),
  ];
  if (purged === undefined) return [...service, ...program];
  const hasAccount = (await machine.run(['getent', 'passwd', ACCOUNT])).code === 0;
  return [
    ...service,
    ...program,
    ...(await remove(PLACES.dropIns)),
    ...(await remove(PLACES.configDir)),
    ...(await remove(await ownData(machine, purged))),
    ...(hasAccount ? [{ kind: 'command', command: ['userdel', ACCOUNT] } as const] : []),
  ];
}

/** A directory that holds nothing of ours is not removed, whatever the configuration says. */
async function ownData(machine: Machine, path: string): Promise<string> {
  const found = await readdir(join(machine.root, path)).catch((): string[] => []);
  if (path === PLACES.data || found.length === 0 || found.includes('didar.db')) return path;
  throw new DomainError('data_dir_invalid', `${path} holds no data of didar: it is not removed`, {
    fix: `correct the key data in ${PLACES.config}, or uninstall without --purge`,
  });
}

/** One that is wrong must not keep the service from being removed. */
async function configOf(machine: Machine): Promise<Config | undefined> {
  if ((await contentOf(machine, PLACES.config)) === undefined) return undefined;
  try {
    return await futureConfig(machine, undefined);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    printNote(`the configuration can't be read: only ${PLACES.data} counts as data`);
    return undefined;
  }
}
