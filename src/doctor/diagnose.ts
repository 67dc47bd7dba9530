import type { Config } from '../config/config.ts';
import { dataDirAt } from '../config/data-dir.ts';
import { type Clock, wait } from '../lib/clock.ts';
import { decideNodeIp } from '../network/addresses/decide.ts';
import { probeAddresses } from '../network/addresses/probe.ts';
import { type Check, failedBy, type Outcome, warning } from './check.ts';
import { CHECKS } from './checks/all.ts';
import { resolveName } from './name.ts';
import type { Subject } from './subject.ts';

/** With 2 s for DNS before, all are done within 5 s. */
const CHECK_LIMIT_MS = 2_900;

export interface Finding extends Required<Nullable<Outcome>> {
  readonly id: string;
  readonly title: string;
  /** Milliseconds that the check took. */
  readonly ms: number;
}

type Nullable<T> = { [K in keyof T]: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K] };

export interface DiagnoseOptions extends Pick<Subject, 'reload' | 'running' | 'env' | 'clock'> {
  readonly config: Config;
}

/** Looks at this machine's addresses, then runs every check. Takes less than 5 s and never throws. */
export async function diagnose({ config, ...rest }: DiagnoseOptions): Promise<readonly Finding[]> {
  const [name, facts] = await Promise.all([
    resolveName(config.server.host, rest.clock),
    probeAddresses(undefined),
  ]);
  const { nodeIP } = config.livekit;
  const known = { ...facts, resolved: name.addresses };
  const decision = decideNodeIp({ config: nodeIP === undefined ? {} : { nodeIP }, ...known });
  const subject: Subject = {
    ...rest,
    config,
    dataDir: dataDirAt(config.data),
    addresses: { ...decision, facts: known },
    ...(name.problem && { nameProblem: name.problem }),
  };
  return runChecks(CHECKS, subject);
}

/** All at once, each with a limit of its own; in the order of the list. */
export function runChecks(checks: readonly Check[], subject: Subject): Promise<Finding[]> {
  return Promise.all(checks.map((check) => runCheck(check, subject)));
}

async function runCheck(check: Check, subject: Subject): Promise<Finding> {
  const start = performance.now();
  const outcome = await Promise.race([run(check, subject), tooLate(subject.clock)]);
  return findingOf(check, outcome, performance.now() - start);
}

/** What a check saw, with everything that it didn't say as null. */
export function findingOf({ id, title }: Pick<Check, 'id' | 'title'>, outcome: Outcome, ms: number): Finding {
  const { state, evidence, fix = null, key = null, trouble = null } = outcome;
  return { id, title, state, evidence, fix, key, trouble, ms: Math.round(ms) };
}

async function run(check: Check, subject: Subject): Promise<Outcome> {
  try {
    return await check.run(subject);
  } catch (error) {
    return failedBy(error, { fix: 'This check could not do its work; please report it.' });
  }
}

async function tooLate(clock: Clock): Promise<Outcome> {
  await wait(clock, CHECK_LIMIT_MS);
  return warning(`This was not known after ${CHECK_LIMIT_MS / 1000} s.`, {
    fix: 'See whether the machine is overloaded ("top"), and try again.',
  });
}
