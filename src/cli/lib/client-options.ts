import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { type ApiClient, createApiClient, type RemoteAddress } from './api-client.ts';
import { profileNamed, profilesPath, readProfiles } from './profiles.ts';
import { requireSocket, type SocketPlaces } from './socket.ts';
import { surroundings } from './surroundings.ts';

/** What every command that talks to a daemon understands. */
export interface ClientOptions {
  readonly config?: string;
  readonly data?: string;
  readonly socket?: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** Adds the options by which a command finds its daemon, and `--json`. */
export function addClientOptions(command: Command): Command {
  return addAddressOptions(command).option('--json', 'print JSON');
}

/** Adds the options by which a command finds its daemon. */
export function addAddressOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file')
    .option('--data <directory>', 'data directory of the daemon that is meant')
    .option('--socket <path>', "the daemon's unix socket")
    .option('--url <url>', 'a daemon elsewhere, by its URL; needs a token')
    .option('--token-file <file>', 'file that holds an API token (or set DIDAR_TOKEN)')
    .option(
      '--ca-file <file>',
      'certificate of the authority that vouches for it, where no public one does (didar config ca prints it)',
    )
    .option('--profile <name>', 'a daemon elsewhere, by the name that didar profile add gave it')
    .hook('preAction', (_command, action) => useProfile(action));
}

/** Fills in what the profile says and the command line doesn't. Errors: `profile_not_found`. */
async function useProfile(command: Command): Promise<void> {
  const { profile, url, tokenFile, caFile } = command.opts<ClientOptions>();
  if (profile === undefined) return;
  const named = profileNamed(await readProfiles(profilesPath(surroundings().env)), profile);
  if (url === undefined) command.setOptionValue('url', named.url);
  if (tokenFile === undefined) command.setOptionValue('tokenFile', named.tokenFile);
  if (caFile === undefined) command.setOptionValue('caFile', named.caFile);
}

/** The client for the daemon that the options mean: the local one, unless there is a `--url`. */
export async function clientFor(options: ClientOptions): Promise<ApiClient> {
  const { url } = options;
  if (url === undefined) return createApiClient({ unix: await requireSocket(await socketPlaces(options)) });
  return createApiClient(await remoteAddress({ ...options, url }));
}

export interface RemoteOptions {
  readonly url: string;
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** A daemon elsewhere: its URL, the token from the file or from DIDAR_TOKEN, and who vouches for its certificate. */
export async function remoteAddress({ url, tokenFile, caFile }: RemoteOptions): Promise<RemoteAddress> {
  return { url: httpUrl(url), token: await readToken(tokenFile), ca: await readAuthority(caFile) };
}

/** Where the local daemon's socket may be, by options and configuration. */
export async function socketPlaces(options: ClientOptions): Promise<SocketPlaces> {
  const around = surroundings();
  const { config, given } = await loadConfig({
    ...around,
    flags: { config: options.config, data: options.data },
  });
  return {
    explicit: options.socket,
    dataDir: config.data,
    isDataGiven: given.data !== 'default',
    env: around.env,
  };
}

/** The token in a file, else that of DIDAR_TOKEN. */
export async function readToken(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return process.env.DIDAR_TOKEN;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new DomainError('token_file_unreadable', `Cannot read the token file: ${messageOf(error)}`, {
      fix: 'Check the path and its permissions; didar token create --help tells how to get a token.',
    });
  });
  const token = text.trim();
  if (token !== '') return token;
  throw new DomainError('token_file_unreadable', `The token file is empty: ${path}`, {
    fix: 'Put the secret into it that didar token create prints.',
  });
}

/** The certificate, or several, in a PEM file. */
async function readAuthority(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const fix = 'Check the path; didar config ca prints the certificate on the server.';
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new DomainError('ca_file_unreadable', `Cannot read the CA file: ${messageOf(error)}`, { fix });
  });
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new DomainError('ca_file_unreadable', `There is no certificate in ${path}.`, { fix });
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href;
  throw new DomainError('url_invalid', `"${text}" is no http(s) URL.`, {
    fix: 'Give one such as https://meet.example.org.',
  });
}
