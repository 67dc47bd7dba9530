import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { faultsIn, invalidConfig } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import { configCandidates, findConfig } from '../config/locations.ts';
import { effectiveValues, showAsObject, showAsYaml } from '../config/show.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import { checkLiveKitYaml } from '../livekit/config/check-yaml.ts';
import { readOwnAuthority } from '../network/tls/certificates.ts';
import { addConfigOptions, configFlags } from './lib/config-options.ts';
import { bundledLiveKitVersion } from './lib/livekit-version.ts';
import { print, printJson, printNote } from './lib/output.ts';
import { surroundings } from './lib/surroundings.ts';

interface ConfigOptions {
  readonly json?: boolean;
  readonly livekit?: string;
  readonly livekitVersion?: string;
  readonly [flag: string]: unknown;
}

/** `didar config`: what the daemon would start with, without starting it. */
export function addConfig(program: Command): void {
  const config = program
    .command('config')
    .description('The configuration: file, environment and flags as one.');
  addConfigOptions(config.command('check'))
    .description(
      'Checks the configuration and lists every fault with its key, line and fix; exit code 78 with any.',
    )
    .option('--livekit <file>', "check a livekit.yaml instead, against its version's keys")
    .option('--livekit-version <version>', 'the version it is for (default: the bundled one)')
    .option('--json', 'as JSON')
    .action((options: ConfigOptions) =>
      options.livekit === undefined ? check(options) : checkLiveKit(options.livekit, options),
    );
  addConfigOptions(config.command('show'))
    .description('Shows the values in effect and where each comes from; secrets are hidden.')
    .option('--json', 'as JSON')
    .action(show);
  config
    .command('path')
    .description('Tells which configuration file is used.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(path);
  addConfigOptions(config.command('ca'))
    .description('Prints the authority of the self-signed certificates (PEM), for clients to trust.')
    .action(ca);
}

async function check(options: ConfigOptions): Promise<void> {
  try {
    const { path, warnings } = await loadConfig({ ...surroundings(), flags: configFlags(options) });
    if (options.json) return printJson({ valid: true, path, warnings, faults: [] });
    for (const warning of warnings) printNote(`warning: ${warning}`);
    print(`${path ?? 'the configuration (there is no file)'}: valid`);
  } catch (error) {
    if (options.json && error instanceof DomainError) printJson({ valid: false, faults: faultsIn(error) });
    throw error;
  }
}

async function checkLiveKit(file: string, options: ConfigOptions): Promise<void> {
  const version = options.livekitVersion ?? (await bundledLiveKitVersion());
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new DomainError('config_unreadable', `can't read ${file}: ${messageOf(error)}`, {
      fix: 'name a livekit.yaml that this user may read',
      cause: error,
    });
  });
  const faults = checkLiveKitYaml(text, version).map((fault) => ({ ...fault, source: file }));
  if (options.json) printJson({ valid: faults.length === 0, path: file, version, faults });
  if (faults.length > 0) throw invalidConfig(faults);
  if (!options.json) print(`${file}: valid for livekit-server ${version}`);
}

async function show(options: ConfigOptions): Promise<void> {
  const loaded = await loadConfig({ ...surroundings(), flags: configFlags(options) });
  const values = effectiveValues(loaded);
  if (options.json) {
    return printJson({ path: loaded.path ?? null, values: showAsObject(values), origins: loaded.given });
  }
  print(`# ${loaded.path ?? 'no file'}`);
  print(showAsYaml(values));
}

async function path(options: { readonly config?: string; readonly json?: boolean }): Promise<void> {
  const around = surroundings();
  const used = await findConfig(options.config, around);
  const candidates = configCandidates(around);
  if (options.json) return printJson({ path: used ?? null, candidates });
  if (used === undefined) printNote(`there is none; looked for ${candidates.join(', ')}`);
  else print(used);
}

async function ca(options: ConfigOptions): Promise<void> {
  const { config } = await loadConfig({ ...surroundings(), flags: configFlags(options) });
  const pem = await readOwnAuthority(config.data).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES') throw error;
    throw new DomainError('data_dir_forbidden', `this user may not read ${config.data}`, {
      fix: 'use sudo',
      cause: error,
    });
  });
  if (pem !== undefined) return print(pem.trimEnd());
  throw new DomainError('authority_missing', `there is no authority of our own in ${config.data}`, {
    fix: 'start didar once with server.tls.mode: self-signed',
  });
}
