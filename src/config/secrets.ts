import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileAtomic } from '../lib/atomic-file.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import { newSecret } from '../lib/ids.ts';
import type { Logger } from '../lib/log.ts';
import type { GivenSecrets, Secrets } from './config.ts';

export interface SecretsOptions {
  /** The data directory; secrets are in `secrets/` below it. */
  readonly dataDir: string;
  /** From the configuration. LiveKit's key and secret: both or none. */
  readonly given: GivenSecrets;
  readonly log: Logger;
}

const OPEN_TO_OTHERS = 0o077;
const SHORTEST_SECRET = 32;

/**
 * The secrets from the configuration, and for the rest those in the data directory, made at the first start and kept:
 * files of mode 0600 in a directory of mode 0700. Of two starts at once one makes them and both use these.
 * A file that others could read is closed to them, with a warning: what they read they may have kept.
 * @throws DomainError `secrets_unreadable`, `secrets_invalid`
 */
export async function loadOrCreateSecrets({ dataDir, given, log }: SecretsOptions): Promise<Secrets> {
  const directory = join(dataDir, 'secrets');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const tokenKey = await keep(join(directory, 'token-key'), () => newSecret(32), log);
  if (tokenKey.length < SHORTEST_SECRET) throw invalid(join(directory, 'token-key'));
  const { apiKey, apiSecret, s3, oidcClientSecret } = given;
  const rest = {
    tokenKey,
    ...(s3 && { s3 }),
    ...(oidcClientSecret !== undefined && { oidcClientSecret }),
  };
  if (apiKey !== undefined && apiSecret !== undefined) {
    return { livekitApiKey: apiKey, livekitApiSecret: apiSecret, ...rest };
  }
  const pairFile = join(directory, 'livekit.json');
  const pair = await keep(pairFile, newKeyPair, log);
  return { ...parseKeyPair(pair, pairFile), ...rest };
}

function newKeyPair(): string {
  return JSON.stringify({ apiKey: `API${newSecret(9)}`, apiSecret: newSecret(32) });
}

function parseKeyPair(text: string, path: string): Pick<Secrets, 'livekitApiKey' | 'livekitApiSecret'> {
  try {
    const { apiKey, apiSecret } = JSON.parse(text) as Record<string, unknown>;
    if (typeof apiKey === 'string' && typeof apiSecret === 'string' && apiSecret.length >= SHORTEST_SECRET) {
      return { livekitApiKey: apiKey, livekitApiSecret: apiSecret };
    }
  } catch (error) {
    // The message of a JSON error quotes the text: it must not become the cause of what is logged.
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalid(path);
}

async function keep(path: string, make: () => string, log: Logger): Promise<string> {
  try {
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!there) await createFileAtomic(path, `${make()}\n`);
    else if ((there.mode & OPEN_TO_OTHERS) !== 0) {
      await chmod(path, 0o600);
      log.warn('a secret was open to other users, and is no longer; replace it if they are not trusted', {
        path,
        replace: 'delete the file and start again: everybody has to log in anew',
      });
    }
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new DomainError('secrets_unreadable', `can't read the secret ${path}: ${messageOf(error)}`, {
      fix: 'run didar as the account that owns the data directory',
      cause: error,
    });
  }
}

function invalid(path: string): DomainError {
  return new DomainError('secrets_invalid', `the secret in ${path} is damaged or too short`, {
    fix: 'restore the file from a backup, or delete it: a new one is made, and everybody has to log in anew',
  });
}
