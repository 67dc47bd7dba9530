import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupSummary } from '../backup/contents.ts';
import { isSealed, type Opening, unseal } from '../backup/encryption.ts';
import { type Here, placeFor } from '../backup/restore/place.ts';
import { rehearse, restore } from '../backup/restore/restore.ts';
import { loadConfig } from '../config/load.ts';
import { configCandidates } from '../config/locations.ts';
import { systemClock } from '../lib/clock.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import { createLogger } from '../lib/log.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';
import { readPassword } from './lib/prompt.ts';
import { surroundings } from './lib/surroundings.ts';

interface RestoreOptions {
  readonly config?: string;
  readonly data?: string;
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly passphraseStdin?: boolean;
  readonly identity?: string;
  readonly json?: boolean;
}

/** `didar restore`: a server as it was when the backup was made. */
export function addRestore(program: Command): void {
  program
    .command('restore')
    .argument('<file>', 'what `didar backup` made')
    .description(
      'Restores a backup on a machine whose server is stopped, or that has none yet. Every file is compared with ' +
        'its checksum, and the database brought to the schema of this didar, before anything is changed.',
    )
    .option('--dry-run', 'do all of it with a copy, and tell what would be')
    .option('--replace', 'put aside what is there (it is kept)')
    .option('--passphrase-stdin', 'read the passphrase of an encrypted backup from stdin')
    .option('--identity <file>', 'key of an encrypted backup (age identity file)')
    .option('--config <file>', 'configuration file')
    .option('--data <directory>', 'data directory to restore into')
    .option('--json', 'print JSON')
    .action(run);
}

async function run(file: string, options: RestoreOptions): Promise<void> {
  const path = resolve(file);
  const here = await whatIsHere(options);
  const stream = await open(path, options);
  const common = {
    stream,
    placeFor: (header: BackupSummary['header']) => placeFor(header, here, here.usualDataDir),
    log: createLogger({ level: 'warn', format: 'pretty', write: (line) => void process.stderr.write(line) }),
  };
  if (options.dryRun) {
    const rehearsed = await rehearse(common);
    if (options.json) return printJson({ dryRun: true, ...rehearsed, files: rehearsed.files.length });
    describe(rehearsed);
    print(`It would go to ${rehearsed.place.dataDir}.`);
    if (rehearsed.isTaken) print("There is a server's data already: --replace would put it aside.");
    return;
  }
  const restored = await restore({ ...common, replace: options.replace ?? false, clock: systemClock });
  if (options.json) return printJson({ ...restored, files: restored.files.length });
  describe(restored);
  print(`Restored to ${restored.place.dataDir}.`);
  for (const directory of restored.keptAside) print(`What was there before is in ${directory}.`);
  if (restored.configPath !== undefined) print(`Its configuration is ${restored.configPath}.`);
  printNote('Now start the server: systemctl start didar, or didar serve');
}

async function whatIsHere(options: RestoreOptions): Promise<Here & { readonly usualDataDir: string }> {
  const around = surroundings();
  const named = options.config ?? (around.env.DIDAR_CONFIG || undefined);
  // The one that is named may be just what the backup brings.
  const isNamedMissing = named !== undefined && !(await Bun.file(resolve(around.cwd, named)).exists());
  const { config, given, path } = await loadConfig({
    ...around,
    env: isNamedMissing ? { ...around.env, DIDAR_CONFIG: undefined } : around.env,
    flags: { config: isNamedMissing ? undefined : options.config, data: options.data },
  });
  const isGiven = given.data !== 'default' && !(isNamedMissing && given.data === 'file');
  return {
    configPath: isNamedMissing ? undefined : path,
    newConfigPath: resolve(around.cwd, named ?? configCandidates(around)[0] ?? ''),
    dataDir: isGiven ? config.data : undefined,
    recordingDir: config.recording.dir,
    usualDataDir: config.data,
  };
}

async function open(path: string, options: RestoreOptions): Promise<ReadableStream<Uint8Array>> {
  const file = Bun.file(path);
  const isEncrypted = await isSealed(path).catch((cause: unknown) => {
    throw new DomainError('backup_unreadable', `can't read ${path}: ${messageOf(cause)}`, {
      fix: 'name a file that this user may read',
      cause,
    });
  });
  return isEncrypted ? unseal(file.stream(), await openingOf(options)) : file.stream();
}

async function openingOf({ identity, passphraseStdin = false }: RestoreOptions): Promise<Opening> {
  if (identity === undefined) return { passphrase: await readPassword({ fromStdin: passphraseStdin }) };
  const identities = await readFile(identity, 'utf8').catch((cause: unknown) => {
    throw new DomainError('usage', `can't read the identity: ${messageOf(cause)}`, { cause });
  });
  return { identities };
}

function describe(
  result: BackupSummary & { readonly rows: Readonly<Record<string, number>>; schema: number },
): void {
  const { header, files, rows, schema } = result;
  const migrated = schema === header.schema ? '' : `, brought from schema ${header.schema} to ${schema}`;
  print(
    `Backup of ${header.createdAt} by didar ${header.didar}: ${files.length} files, all as they were${migrated}.`,
  );
  printTable(
    [
      { title: 'table', value: ([table]) => table },
      { title: 'rows', value: ([, count]) => count, align: 'right' },
    ],
    Object.entries(rows).filter(([, count]) => count > 0),
    'The database is empty.',
  );
}
