import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { contentOf, isImage, type Machine } from './machine.ts';
import { ACCOUNT, PLACES, SERVICE } from './places.ts';
import { needsLowPorts } from './ports.ts';
import {
  hashOf,
  type InstallRecord,
  judgeFile,
  mergeOpened,
  type OpenedPorts,
  readRecord,
  showRecord,
} from './record.ts';
import { type Step, systemctl } from './step.ts';
import { unitFile } from './unit.ts';

export interface InstallPlan {
  readonly steps: readonly Step[];
  /** What is as it should be, or as the operator made it. */
  readonly kept: readonly string[];
  /** What the operator has to do, in this order. */
  readonly left: readonly string[];
}

export interface InstallOptions {
  readonly machine: Machine;
  /** Of the service to be. */
  readonly config: Config;
  /** The first configuration; undefined where there is a file already. */
  readonly newConfig: string | undefined;
  /** Path of the program on this machine. */
  readonly executable: string;
  /** Undefined: as it is. */
  readonly memoryMax: string | undefined;
  /** What this installation opens in a firewall. */
  readonly opened: OpenedPorts | undefined;
  /** Enable and start it, the first time. */
  readonly start: boolean;
}

/** What is missing for the service to run. Changes nothing; what the operator changed is left as it is. */
export async function planInstall(options: InstallOptions): Promise<InstallPlan> {
  const { machine, config, newConfig, executable, start } = options;
  const record = await readRecord(machine);
  const steps: Step[] = [];
  const kept: string[] = [];
  const left: string[] = [];
  const written = { ...record.files };

  const hasAccount = (await machine.run(['getent', 'passwd', ACCOUNT])).code === 0;
  if (hasAccount) kept.push(`the account ${ACCOUNT}`);
  else steps.push({ kind: 'command', command: NEW_ACCOUNT });

  const isNew = await isAnother(machine, executable);
  if (isNew) steps.push({ kind: 'copy', from: executable, path: PLACES.executable, mode: 0o755 });
  else kept.push(PLACES.executable);

  if (newConfig === undefined) kept.push(`${PLACES.config}: yours`);
  else {
    steps.push({ kind: 'directory', path: PLACES.configDir, mode: 0o750, owner: `root:${ACCOUNT}` });
    const owner = `root:${ACCOUNT}`;
    steps.push({ kind: 'file', path: PLACES.config, mode: 0o640, owner, content: newConfig });
  }
  for (const path of await elsewhere(config, machine)) {
    steps.push({ kind: 'directory', path, mode: 0o700, owner: `${ACCOUNT}:${ACCOUNT}` });
  }

  const found = await contentOf(machine, PLACES.unit);
  const unit = unitOf(options, found);
  const judged = judgeFile(found, unit, record.files[PLACES.unit]);
  if (judged === 'write') {
    steps.push({ kind: 'file', path: PLACES.unit, mode: 0o644, content: unit });
    written[PLACES.unit] = hashOf(unit);
  } else kept.push(`${PLACES.unit}${judged === 'theirs' ? ': yours, which differs from ours' : ''}`);

  const next = { files: written, opened: mergeOpened(record.opened, options.opened) };
  if (isChanged(next, record)) {
    steps.push({ kind: 'file', path: PLACES.record, mode: 0o644, content: showRecord(next) });
  }
  if (judged === 'write' && !isImage(machine)) steps.push(systemctl('daemon-reload'));
  if (found === undefined) {
    steps.push(systemctl('enable', SERVICE));
    if (start && !isImage(machine)) steps.push(systemctl('start', SERVICE));
  } else left.push(...(await toRestart(machine, isNew || judged === 'write')));
  return { steps, kept, left };
}

const NEW_ACCOUNT = [
  'useradd',
  '--system',
  '--user-group',
  '--home-dir',
  PLACES.data,
  '--no-create-home',
  '--shell',
  '/usr/sbin/nologin',
  '--comment',
  'Didar video meetings',
  ACCOUNT,
];

function unitOf({ config, memoryMax }: InstallOptions, found: string | undefined): string {
  return unitFile({
    executable: PLACES.executable,
    config: PLACES.config,
    data: config.data,
    writable: outside(config),
    lowPorts: needsLowPorts(config),
    drainLimit: config.server.drainLimit,
    // once said, it holds for later installations too
    memoryMax: memoryMax ?? /^MemoryMax=(.+)$/m.exec(found ?? '')?.[1],
  });
}

/** Directories of data that systemd doesn't make for the service. */
function outside(config: Config): readonly string[] {
  const isInside = (path: string, parent: string) => path === parent || path.startsWith(`${parent}/`);
  const found: string[] = [];
  for (const path of [config.data, config.recording.dir, config.backup.dir]) {
    if (![PLACES.data, ...found].some((parent) => isInside(path, parent))) found.push(path);
  }
  return found;
}

/** Of those, the ones that there are not yet. */
async function elsewhere(config: Config, machine: Machine): Promise<readonly string[]> {
  const missing = await Promise.all(
    outside(config).map(async (path) => ((await machine.run(['test', '-d', path])).code === 0 ? [] : [path])),
  );
  return missing.flat();
}

/** Whether the service's executable is not the one at hand. */
async function isAnother(machine: Machine, executable: string): Promise<boolean> {
  const place = join(machine.root, PLACES.executable);
  if (place === executable) return false;
  const [ours, theirs] = await Promise.all(
    [executable, place].map((path) =>
      readFile(path).then(
        (content) => Bun.hash(content),
        () => undefined,
      ),
    ),
  );
  return ours !== theirs;
}

function isChanged(next: InstallRecord, record: InstallRecord): boolean {
  return showRecord(next) !== showRecord(record);
}

/** A service that is there is neither started nor restarted unasked: there may be people in its meetings. */
async function toRestart(machine: Machine, isNew: boolean): Promise<readonly string[]> {
  if (isImage(machine)) return [];
  const { said } = await machine.run(['systemctl', 'is-active', SERVICE]);
  if (said === 'activating')
    return [`It does not come up, and is tried again and again; why: ${SERVICE} service logs`];
  if (said !== 'active') return [`It does not run (${said}): systemctl start ${SERVICE}`];
  return isNew ? [`To run what is new, people leave first: systemctl restart ${SERVICE}`] : [];
}
