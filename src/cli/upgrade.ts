import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { version } from '../../package.json';
import { createBackup } from '../backup/create-backup.ts';
import { giveToOwner } from '../backup/give-to-owner.ts';
import { saveBackup } from '../backup/save-backup.ts';
import { subjectOf } from '../backup/subject.ts';
import { type DataDir, dataDirAt } from '../config/data-dir.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { snapshotDatabase } from '../db/snapshot.ts';
import { bundle } from '../lib/bundle.ts';
import { systemClock } from '../lib/clock.ts';
import { parseDuration } from '../lib/duration.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import { fileTime } from '../lib/file-time.ts';
import type { System } from '../modules/system/model.ts';
import { detachedService } from '../upgrade/detached-service.ts';
import { type Candidate, fetchRelease } from '../upgrade/fetch-release.ts';
import { pendingUpgrade } from '../upgrade/pending.ts';
import { publicKeyFrom } from '../upgrade/release.ts';
import type { Service } from '../upgrade/service.ts';
import { switchOver } from '../upgrade/switch-over.ts';
import { systemdService, unitOf } from '../upgrade/systemd-service.ts';
import { type TriedMigration, tryExecutable } from '../upgrade/try-executable.ts';
import { createApiClient } from './lib/api-client.ts';
import { socketPlaces } from './lib/client-options.ts';
import { print, printJson, printNote } from './lib/output.ts';
import { findSocket } from './lib/socket.ts';
import { stateDirectory } from './lib/state-directory.ts';
import { surroundings } from './lib/surroundings.ts';

interface UpgradeOptions {
  readonly check?: boolean;
  readonly key?: string;
  readonly readyWithin: string;
  readonly config?: string;
  readonly data?: string;
  readonly socket?: string;
  readonly json?: boolean;
}

/** Beyond `server.drainLimit`: what a server needs to end after people have left. */
const STOP_SPARE_MS = 30_000;

/** `didar upgrade`: another version in place of this one, or this one again when that does not come up. */
export function addUpgrade(program: Command): void {
  program
    .command('upgrade')
    .argument('<source>', 'an executable, as a file or an http(s) URL, with its .release.json beside it')
    .description(
      'Replaces this executable and restarts the server: after checking signature and checksum, trying the new one ' +
        'with the configuration and a copy of the database, and a backup. When it is not ready in time, the old one ' +
        'comes back with the data as it was.',
    )
    .option('--check', 'do all checks, and change nothing')
    .option('--ready-within <duration>', 'how long the new one may take to be ready', '20s')
    .option('--key <file>', 'public key (PEM) that signed it, instead of the built-in one')
    .option('--config <file>', 'configuration file')
    .option('--data <directory>', 'data directory of the server')
    .option('--socket <path>', "the server's unix socket")
    .option('--json', 'print JSON')
    .action(upgrade);
}

async function upgrade(source: string, options: UpgradeOptions): Promise<void> {
  const readyLimit = parseDuration(options.readyWithin);
  if (readyLimit === undefined) {
    throw new DomainError('usage', `--ready-within ${options.readyWithin}: this is no duration`, {
      fix: 'write it like 20s or 2m',
    });
  }
  if (!bundle) {
    throw new DomainError(
      'upgrade_from_source',
      'this didar runs from source: there is no executable to replace',
      {
        fix: 'update the sources instead',
      },
    );
  }
  const key = publicKeyFrom(await keyText(options.key));
  const loaded = await loadConfig({
    ...surroundings(),
    flags: { config: options.config, data: options.data },
  });
  const dataDir = dataDirAt(loaded.config.data);
  const executable = await realpath(process.execPath);
  const candidate = await fetchRelease({ source, directory: dirname(executable), key });
  try {
    const migration = await tryWith(candidate, loaded, dataDir, options);
    const running = await runningServer(executable, loaded, options);
    const plan = {
      from: version,
      to: candidate.release.version,
      sha256: candidate.release.sha256,
      executable,
      server: running?.service.name ?? null,
      migrations: migration?.migrations ?? [],
    };
    if (options.check) {
      tell({ check: true, ...plan }, options, describePlan(plan));
      return;
    }
    const backup = migration && (await backUp(loaded, dataDir));
    goOnWhenTold();
    const previous = await switchOver({
      executable,
      candidate: candidate.path,
      service: running?.service,
      database: dataDir.database,
      pending: pendingUpgrade(dataDir.path, dataDir.database),
      isMigrated: migration !== undefined && migration.from !== migration.to,
      isReady: running?.isReady ?? (async () => true),
      readyLimit,
      clock: systemClock,
      say: printNote,
    });
    tell({ ...plan, backup: backup ?? null, previous }, options, [
      `didar ${plan.to} is in place${running ? ' and ready' : ''}; the one before is ${previous}.`,
      ...(backup === undefined ? [] : [`The backup of before is ${backup}.`]),
    ]);
  } finally {
    await candidate.discard();
  }
}

/** From here on there must be an end: a connection that is lost, or Ctrl-C, must not leave people without a server. */
function goOnWhenTold(): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => printNote('The server is being replaced: this ends by itself in a moment.'));
  }
}

async function keyText(path: string | undefined): Promise<string> {
  if (path === undefined) {
    if (bundle?.releaseKey !== undefined) return bundle.releaseKey;
    throw new DomainError(
      'release_key_missing',
      'this build of didar has no key that releases are signed with',
      {
        fix: 'name the public key of who built the new one with --key, after making sure that it is theirs',
      },
    );
  }
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DomainError('usage', `can't read the key: ${messageOf(cause)}`, { cause });
  });
}

async function tryWith(
  { path, release }: Candidate,
  { path: configPath }: LoadedConfig,
  dataDir: DataDir,
  options: UpgradeOptions,
): Promise<TriedMigration | undefined> {
  const copy = join(dataDir.run, `upgrade-${process.pid}.db`);
  const isThere = await Bun.file(dataDir.database).exists();
  try {
    if (isThere) snapshotDatabase(dataDir.database, copy);
    return await tryExecutable({
      path,
      version: release.version,
      configArgs: [
        ...(configPath === undefined ? [] : ['--config', configPath]),
        ...(options.data === undefined ? [] : ['--data', options.data]),
      ],
      databaseCopy: isThere ? copy : undefined,
      env: process.env,
    });
  } finally {
    for (const suffix of ['', '-wal', '-shm']) await rm(copy + suffix, { force: true });
  }
}

async function backUp({ config, path: configPath }: LoadedConfig, dataDir: DataDir): Promise<string> {
  const directory = join(dataDir.path, 'backups');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `before-upgrade-${version}-${fileTime(systemClock.now())}.tar.zst`);
  printNote('Backing up …');
  const backup = await createBackup(
    subjectOf({ config, configPath, version, withRecordings: false }),
    systemClock,
  );
  try {
    await saveBackup(backup.stream, { path });
    await giveToOwner(dataDir.path, [directory]);
  } finally {
    await backup.dispose();
  }
  return path;
}

interface RunningServer {
  readonly service: Service;
  readonly isReady: () => Promise<boolean>;
}

async function runningServer(
  executable: string,
  { config }: LoadedConfig,
  options: UpgradeOptions,
): Promise<RunningServer | undefined> {
  const unix = await findSocket(await socketPlaces(options));
  if (unix === undefined) return undefined;
  const client = createApiClient({ unix });
  const system = () => client.request<System>('GET', '/api/system');
  const { pid } = await system();
  const theirs = await realpath(`/proc/${pid}/exe`).catch(() => executable);
  if (theirs !== executable) {
    throw new DomainError(
      'upgrade_other_executable',
      `the server that runs is ${theirs}, not ${executable}`,
      {
        fix: `upgrade that one: ${theirs} upgrade …`,
      },
    );
  }
  const unit = await unitOf(pid);
  const service =
    unit === undefined
      ? await detachedService({
          pid,
          executable,
          logPath: join(await logDirectory(), 'serve.log'),
          stopLimit: config.server.drainLimit + STOP_SPARE_MS,
          clock: systemClock,
        })
      : systemdService(unit, systemClock);
  return {
    service,
    async isReady() {
      try {
        const now = await system();
        return now.ready && now.pid !== pid;
      } catch (error) {
        // Not yet there.
        if (error instanceof DomainError) return false;
        throw error;
      }
    },
  };
}

async function logDirectory(): Promise<string> {
  const directory = stateDirectory(process.env);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return directory;
}

interface Plan {
  readonly from: string;
  readonly to: string;
  readonly executable: string;
  readonly server: string | null;
  readonly migrations: readonly string[];
}

function describePlan({ from, to, executable, server, migrations }: Plan): string[] {
  return [
    `Signature, checksum, configuration and a copy of the database are fine for didar ${to} (now ${from}).`,
    migrations.length === 0
      ? 'The database stays as it is.'
      : `The database would be migrated: ${migrations.join(', ')}.`,
    `${executable} would be replaced${server === null ? '; no server runs' : `, and ${server} restarted`}.`,
  ];
}

function tell(value: unknown, { json }: UpgradeOptions, lines: readonly string[]): void {
  if (json) printJson(value);
  else for (const line of lines) print(line);
}
