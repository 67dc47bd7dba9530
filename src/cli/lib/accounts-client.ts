import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import { type DataDir, openDataDir } from '../../config/data-dir.ts';
import { type DataDirLock, lockForCommand } from '../../config/data-dir-lock.ts';
import { loadConfig } from '../../config/load.ts';
import { systemClock, wait } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { newSecret } from '../../lib/ids.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type ClientOptions, clientFor, socketPlaces } from './client-options.ts';
import { findSocket } from './socket.ts';
import { surroundings } from './surroundings.ts';

/** How long a command waits for a daemon that has its data directory already, but not its socket. */
const STARTING_LIMIT_MS = 3_000;
const LOOK_AGAIN_MS = 50;

/**
 * Runs a command about accounts through the daemon that the options mean; without one, on the database itself, by
 * the same routes. A daemon that starts meanwhile waits for the end of `run`.
 */
export async function withAccounts<T>(
  options: ClientOptions,
  run: (client: ApiClient) => Promise<T>,
): Promise<T> {
  if (options.url !== undefined || options.socket !== undefined) return run(await clientFor(options));
  const places = await socketPlaces(options);
  const giveUpAt = systemClock.now() + STARTING_LIMIT_MS;
  for (;;) {
    if ((await findSocket(places)) !== undefined) return run(await clientFor(options));
    const claimed = await claimDatabase(options);
    if (!(claimed instanceof DomainError)) return withDatabase(claimed, run);
    if (systemClock.now() > giveUpAt) throw notAnswering(claimed);
    await wait(systemClock, LOOK_AGAIN_MS);
  }
}

interface Claim {
  readonly dataDir: DataDir;
  readonly lock: DataDirLock;
  readonly config: Config;
}

/** The data directory for this command, or the error that says which daemon has it. */
async function claimDatabase(options: ClientOptions): Promise<Claim | DomainError> {
  const flags = { config: options.config, data: options.data };
  const { config } = await loadConfig({ ...surroundings(), flags });
  await refuseForeignOwner(config.data);
  const dataDir = await openDataDir(config.data);
  try {
    return { dataDir, lock: await lockForCommand(dataDir), config };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'data_dir_locked') return error;
    throw error;
  }
}

async function withDatabase<T>(
  { dataDir, lock, config }: Claim,
  run: (client: ApiClient) => Promise<T>,
): Promise<T> {
  try {
    // Loaded here, because a command that finds a daemon needs none of it.
    const { openAccounts } = await import('./open-accounts.ts');
    const accounts = await openAccounts({
      database: dataDir.database,
      setupCodePath: dataDir.setupCode,
      config,
      // No command hands out a token that is signed with it.
      tokenKey: newSecret(),
      clock: systemClock,
      log: silentLogger,
    });
    try {
      return await run(createApiClient({ handle: accounts.handle }));
    } finally {
      accounts.close();
    }
  } finally {
    await lock.release();
  }
}

function notAnswering(locked: DomainError): DomainError {
  return new DomainError('daemon_unreachable', `${locked.message}, but does not answer at its socket`, {
    fix: 'see its log; if it starts only now, try again',
    cause: locked,
  });
}

/** Root may write everywhere, but the service could not read what root made in its directory. */
async function refuseForeignOwner(path: string): Promise<void> {
  const user = process.geteuid?.();
  const owner = await stat(path).then(
    (found: Stats) => found.uid,
    () => user,
  );
  if (user !== 0 || owner === 0 || owner === undefined) return;
  throw new DomainError(
    'data_dir_forbidden',
    `${path} belongs to the account with uid ${owner}, and no didar runs`,
    {
      fix: `start the service first, or use that account: sudo -u '#${owner}' didar …`,
    },
  );
}
