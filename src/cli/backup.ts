import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { version } from '../../package.json';
import { createBackup } from '../backup/create-backup.ts';
import type { Sealing } from '../backup/encryption.ts';
import { type SavedBackup, saveBackup } from '../backup/save-backup.ts';
import { subjectOf } from '../backup/subject.ts';
import { dataDirAt } from '../config/data-dir.ts';
import { lockForCommand } from '../config/data-dir-lock.ts';
import { loadConfig } from '../config/load.ts';
import { systemClock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { fileTime } from '../lib/file-time.ts';
import { createApiClient } from './lib/api-client.ts';
import { addClientOptions, type ClientOptions, clientFor, socketPlaces } from './lib/client-options.ts';
import { print, printJson, printTable } from './lib/output.ts';
import { readPassword } from './lib/prompt.ts';
import { sizeOf } from './lib/size-of.ts';
import { findSocket } from './lib/socket.ts';
import { surroundings } from './lib/surroundings.ts';

interface BackupOptions extends ClientOptions {
  readonly recordings?: boolean;
  readonly encrypt?: boolean;
  readonly passphraseStdin?: boolean;
  readonly recipient?: readonly string[];
}

/** `didar backup`: everything in one file, from a running server or a stopped one. */
export function addBackup(program: Command): void {
  addClientOptions(program.command('backup').argument('<file>', 'or a directory, for a name with the time'))
    .description(
      'Backs up the database, configuration, secrets and certificates into one file (mode 0600), while the ' +
        'server runs or not. Who has the file has the server: keep it safe, or encrypt it.',
    )
    .option('--recordings', 'recordings too')
    .option('--encrypt', 'encrypt it with a passphrase (age)')
    .option('--passphrase-stdin', 'read the passphrase from stdin; encrypts')
    .option('--recipient <key...>', 'encrypt it for a public key (age1…); may be given again')
    .action(backup);
}

async function backup(file: string, options: BackupOptions): Promise<void> {
  const path = await pathFor(resolve(file));
  const sealing = await sealingOf(options);
  const client = await clientOfRunning(options);
  const saved = client
    ? await saveBackup(await streamOf(client, options), { path, ...sealing })
    : await backUpHere({ path, ...sealing }, options);
  show(saved, options);
}

/** A client for the daemon that the options mean; undefined where none runs on this machine. */
async function clientOfRunning(options: BackupOptions) {
  if (options.url !== undefined) return clientFor(options);
  const unix = await findSocket(await socketPlaces(options));
  return unix === undefined ? undefined : createApiClient({ unix });
}

async function streamOf(
  client: ReturnType<typeof createApiClient>,
  { recordings = false }: BackupOptions,
): Promise<ReadableStream<Uint8Array>> {
  const answer = await client.open('/api/system/backup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ recordings }),
  });
  return answer.body ?? new Response('').body ?? new ReadableStream();
}

/** Without a daemon: none can start before this is done. */
async function backUpHere(
  save: Parameters<typeof saveBackup>[1],
  options: BackupOptions,
): Promise<SavedBackup> {
  const { config, path: configPath } = await loadConfig({
    ...surroundings(),
    flags: { config: options.config, data: options.data },
  });
  const dataDir = dataDirAt(config.data);
  if (!(await Bun.file(dataDir.database).exists())) throw nothing(config.data);
  const lock = await lockForCommand(dataDir).catch((error: unknown) => {
    throw error instanceof DomainError && error.code === 'data_dir_locked' ? notAnswering(error) : error;
  });
  try {
    const made = await createBackup(
      subjectOf({ config, configPath, version, withRecordings: options.recordings ?? false }),
      systemClock,
    );
    try {
      return await saveBackup(made.stream, save);
    } finally {
      await made.dispose();
    }
  } finally {
    await lock.release();
  }
}

async function pathFor(path: string): Promise<string> {
  const isDirectory = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (!isDirectory) return path;
  return join(path, `didar-${hostname().split('.')[0]}-${fileTime(systemClock.now())}.tar.zst`);
}

async function sealingOf(options: BackupOptions): Promise<Sealing> {
  const { encrypt = false, passphraseStdin = false, recipient: recipients = [] } = options;
  if (recipients.length > 0) {
    if (!encrypt && !passphraseStdin) return { recipients };
    throw new DomainError('usage', '--recipient and a passphrase do not go together', {
      fix: 'give one of them: age encrypts for keys or with a passphrase',
    });
  }
  if (!encrypt && !passphraseStdin) return {};
  const passphrase = await readPassword({ fromStdin: passphraseStdin, twice: true });
  if (passphrase !== '') return { passphrase };
  throw new DomainError('usage', 'the passphrase is empty', { fix: 'give one of several words' });
}

function show({ path, bytes, header, files }: SavedBackup, options: BackupOptions): void {
  if (options.json) {
    printJson({ path, bytes, header, files: files.length });
    return;
  }
  print(`${path}: ${sizeOf(bytes)}, ${files.length} files, as of ${header.createdAt}`);
  printTable(
    [
      { title: 'table', value: ([table]) => table },
      { title: 'rows', value: ([, rows]) => rows, align: 'right' },
    ],
    Object.entries(header.rows).filter(([, rows]) => rows > 0),
    'The database is empty.',
  );
}

const notAnswering = (locked: DomainError) =>
  new DomainError('daemon_unreachable', `${locked.message}, but does not answer at its socket`, {
    fix: 'name the socket with --socket, or wait until it has started',
    cause: locked,
  });
const nothing = (dataDir: string) =>
  new DomainError('backup_nothing', `there is no database in ${dataDir}`, {
    fix: 'name the data directory with --data, or the configuration with --config',
  });
