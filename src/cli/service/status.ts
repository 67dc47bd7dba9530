import type { Command } from 'commander';
import { DomainError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import { print, printJson } from '../lib/output.ts';
import { type Machine, realMachine } from './machine.ts';
import { SERVICE } from './places.ts';

/** What systemd knows of the service. */
export interface ServiceStatus {
  readonly installed: boolean;
  /** `active`, `activating`, `failed`, ... */
  readonly state: string;
  /** What the server says of itself. */
  readonly says: string;
  /** Null when it doesn't run. */
  readonly pid: number | null;
  readonly since: string | null;
  readonly startsAtBoot: boolean;
  readonly restarts: number;
  /** Bytes. */
  readonly memory: number | null;
  /** Of the last run that ended. */
  readonly exitCode: number;
  readonly dropIns: readonly string[];
}

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'StatusText',
  'MainPID',
  'ActiveEnterTimestamp',
  'UnitFileState',
  'NRestarts',
  'MemoryCurrent',
  'ExecMainStatus',
  'DropInPaths',
];

/** `didar service status`: for people and scripts; ends with 0 when it serves, 69 when it doesn't. */
export function addStatus(service: Command): void {
  service
    .command('status')
    .description('Tells whether the service runs, and what it says of itself; ends with 69 when it does not.')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const status = await readStatus(realMachine('/'));
      if (json) printJson(status);
      else print(describe(status));
      if (status.state !== 'active') process.exitCode = EXIT.unavailable;
    });
}

/** Asks systemctl. @throws DomainError `systemd_missing` */
export async function readStatus(machine: Machine): Promise<ServiceStatus> {
  const command = ['systemctl', 'show', SERVICE, `--property=${PROPERTIES.join(',')}`];
  const { code, said } = await machine.run(command);
  if (code !== 0) {
    throw new DomainError('systemd_missing', `systemd does not answer: ${said}`, {
      fix: 'on a machine without it, "didar doctor" tells how the server is',
    });
  }
  const values = new Map(
    said.split('\n').map((line) => [line.replace(/=.*/s, ''), line.replace(/^\w+=/, '')]),
  );
  const text = (name: string) => values.get(name) ?? '';
  const count = (name: string) => (/^\d+$/.test(text(name)) ? Number(text(name)) : 0);
  return {
    installed: text('LoadState') === 'loaded',
    state: text('ActiveState'),
    says: text('StatusText'),
    pid: count('MainPID') || null,
    since: text('ActiveEnterTimestamp') || null,
    startsAtBoot: text('UnitFileState') === 'enabled',
    restarts: count('NRestarts'),
    memory: count('MemoryCurrent') || null,
    exitCode: count('ExecMainStatus'),
    dropIns: text('DropInPaths').split(' ').filter(Boolean),
  };
}

const MEGABYTE = 1_000_000;

function describe(status: ServiceStatus): string {
  if (!status.installed) return 'not installed\nfix: sudo didar service install';
  const { state, pid, since, says, memory, restarts, exitCode, startsAtBoot, dropIns } = status;
  const facts = [
    pid === null ? `last exit code ${exitCode}` : `pid ${pid}, since ${since}`,
    ...(memory === null ? [] : [`${Math.round(memory / MEGABYTE)} MB`]),
    ...(restarts === 0 ? [] : [`restarted by itself ${restarts} times`]),
    startsAtBoot ? 'starts at boot' : 'does not start at boot (systemctl enable didar)',
  ];
  return [
    `${state}: ${facts.join('; ')}`,
    // systemd keeps the last words of a service that has ended
    ...(says === '' || pid === null ? [] : [says]),
    ...(dropIns.length === 0 ? [] : [`changed by ${dropIns.join(', ')}`]),
    ...(state === 'active' ? [] : [`fix: ${fixOf(state, exitCode)}`]),
  ].join('\n');
}

function fixOf(state: string, exitCode: number): string {
  if (exitCode === EXIT.badConfig)
    return 'sudo didar config check tells what is wrong with the configuration';
  if (state === 'inactive') return 'sudo systemctl start didar';
  return 'didar service logs tells why; "journalctl -u didar | didar explain" what it means';
}
