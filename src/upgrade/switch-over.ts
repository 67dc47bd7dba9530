import { type Clock, wait } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { keptDatabase } from './kept-database.ts';
import { type Pending, SETTLE_MS } from './pending.ts';
import { rollBack } from './roll-back.ts';
import type { Service } from './service.ts';
import { keepPrevious, previousOf, replaceExecutable } from './swap.ts';

export interface SwitchOptions {
  /** The executable in use. */
  readonly executable: string;
  /** The one to be used, on the same file system. */
  readonly candidate: string;
  /** Undefined where no server runs. */
  readonly service: Service | undefined;
  readonly database: string;
  readonly pending: Pending;
  /** Whether the new one changes the schema, so that the old one can't read what it leaves. */
  readonly isMigrated: boolean;
  /** Whether the server that was started last answers that it is ready. */
  readonly isReady: () => Promise<boolean>;
  /** Milliseconds that the new one has for that. */
  readonly readyLimit: number;
  readonly clock: Clock;
  /** What goes on, for the person who waits. */
  readonly say: (line: string) => void;
}

const POLL_MS = 100;
/** What the old one has when it comes back: there is nothing left to try after it. */
const RETURN_LIMIT_MS = 60_000;

/**
 * Stops the server, swaps the executable, starts the new one and waits until it is ready, and goes on for a while.
 * When it doesn't, the old one comes back, with the database as it was at the stop where the new one had migrated it.
 *
 * @returns where the old executable is kept
 * @throws DomainError `upgrade_rolled_back` with why; `upgrade_failed` when not even the old one came up
 */
export async function switchOver(options: SwitchOptions): Promise<string> {
  const { executable, candidate, service, pending, say } = options;
  if (!service) {
    await keepPrevious(executable);
    await replaceExecutable(executable, candidate);
    return previousOf(executable);
  }
  // of one before that was cut off; what runs now has proved itself
  await pending.end();
  say(`Stopping ${service.name}: people get the time to leave that server.drainLimit gives them …`);
  await service.stop();
  await replaceOrStartAgain(service, options);
  say('Starting the new one …');
  const failure = await startAndWait(service, options, SETTLE_MS);
  if (failure === undefined) {
    await pending.end();
    return previousOf(executable);
  }
  say('It does not come up: the old one comes back …');
  await service.end();
  await rollBack(options);
  const again = await startAndWait(service, { ...options, readyLimit: RETURN_LIMIT_MS }, 0);
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

/** Whatever goes wrong before the new one is in place, such as a full disk, must not leave people without a server. */
async function replaceOrStartAgain(
  service: Service,
  { executable, candidate, database, pending, isMigrated }: SwitchOptions,
): Promise<void> {
  try {
    if (isMigrated) await keptDatabase(database).keep();
    await keepPrevious(executable);
    await pending.begin();
    await replaceExecutable(executable, candidate);
  } catch (error) {
    await pending.end();
    await service.start();
    throw error;
  }
}

/** Why it does not serve; undefined when it was ready in time, and went on for `settle` milliseconds. */
async function startAndWait(
  service: Service,
  { isReady, readyLimit, clock }: SwitchOptions,
  settle: number,
): Promise<string | undefined> {
  await service.start();
  const explain = async (failure: string) => {
    const words = await service.lastWords();
    return words === '' ? failure : `${failure}; it said:\n${words}`;
  };
  let wasReady = false;
  for (let limit = clock.now() + readyLimit; clock.now() < limit; await wait(clock, POLL_MS)) {
    const failure = await service.failed();
    if (failure !== undefined) return explain(wasReady ? `${failure} after it was ready` : failure);
    if (wasReady || !(await isReady())) continue;
    wasReady = true;
    limit = clock.now() + settle;
  }
  return wasReady ? undefined : explain(`it was not ready within ${readyLimit / 1000} s`);
}
