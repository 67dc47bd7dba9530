import { chown, constants, copyFile, rename, rm, stat } from 'node:fs/promises';
import { type Clock, wait } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import type { Service } from './service.ts';
import { swapExecutable } from './swap.ts';

export interface SwitchOptions {
  /** The executable in use. */
  readonly executable: string;
  /** The one to be used, on the same file system. */
  readonly candidate: string;
  /** Undefined where no server runs. */
  readonly service: Service | undefined;
  readonly database: string;
  /** Whether the new one changes the schema, so that the old one can't read what it leaves. */
  readonly isMigrated: boolean;
  /** Whether the server that was started last answers that it is ready. */
  readonly isReady: () => Promise<boolean>;
  /** Milliseconds that the new one has for that; the old one gets as much when it has to come back. */
  readonly readyLimit: number;
  readonly clock: Clock;
  /** What goes on, for the person who waits. */
  readonly say: (line: string) => void;
}

const POLL_MS = 100;

/**
 * Stops the server, swaps the executable, starts the new one and waits until it is ready. When it isn't in time, the
 * old one comes back, with the database as it was at the stop where the new one had migrated it.
 *
 * @returns where the old executable is kept
 * @throws DomainError `upgrade_rolled_back` with why; `upgrade_failed` when not even the old one came up
 */
export async function switchOver(options: SwitchOptions): Promise<string> {
  const { executable, candidate, service, say } = options;
  if (!service) return (await swapExecutable(executable, candidate)).previous;

  say(`Stopping ${service.name}: people get the time to leave that server.drainLimit gives them …`);
  await service.stop();
  const kept = options.isMigrated ? await keepDatabase(options.database) : undefined;
  const swap = await swapExecutable(executable, candidate);
  say('Starting the new one …');
  const failure = await startAndWait(service, options);
  if (failure === undefined) {
    await kept?.drop();
    return swap.previous;
  }
  say('It does not come up: the old one comes back …');
  await service.stop().catch(() => undefined);
  await kept?.putBack();
  await swap.undo();
  const again = await startAndWait(service, options);
  if (again !== undefined) {
    throw new DomainError(
      'upgrade_failed',
      `neither the new didar came up (${failure}) nor the old: ${again}`,
      {
        fix: `${executable} is the old one again; see its log, and start it`,
      },
    );
  }
  throw new DomainError('upgrade_rolled_back', `the new didar did not come up: ${failure}`, {
    fix: 'The old one serves again, and its data is as it was. Mend what the new one says, and try again.',
  });
}

async function startAndWait(
  service: Service,
  { isReady, readyLimit, clock }: SwitchOptions,
): Promise<string | undefined> {
  await service.start();
  const limit = clock.now() + readyLimit;
  while (clock.now() < limit) {
    const failure = await service.failed();
    if (failure !== undefined) return failure;
    if (await isReady()) return undefined;
    await wait(clock, POLL_MS);
  }
  return `it was not ready within ${readyLimit / 1000} s`;
}

/** The database of a stopped server; a clone where the file system can. */
async function keepDatabase(database: string) {
  const files = [database, `${database}-wal`];
  const copyOf = (file: string) => `${file}.before-upgrade`;
  const kept: string[] = [];
  for (const file of files) {
    if (!(await Bun.file(file).exists())) continue;
    const { uid, gid } = await stat(file);
    await copyFile(file, copyOf(file), constants.COPYFILE_FICLONE);
    // Root may upgrade what runs as another account, which has to be able to write to it again.
    await chown(copyOf(file), uid, gid);
    kept.push(file);
  }
  return {
    async drop() {
      for (const file of kept) await rm(copyOf(file), { force: true });
    },
    async putBack() {
      for (const file of [...files, `${database}-shm`]) await rm(file, { force: true });
      for (const file of kept) await rename(copyOf(file), file);
    },
  };
}
