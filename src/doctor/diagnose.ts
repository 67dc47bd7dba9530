import type { Config } from '../config/config.ts';
import { dataDirAt } from '../config/data-dir.ts';
import { wait } from '../lib/clock.ts';
import { decideNodeIp } from '../network/addresses/decide.ts';
import { probeAddresses } from '../network/addresses/probe.ts';
import { type Check, failedBy, type Outcome, warning } from './check.ts';
import { CHECKS } from './checks/all.ts';
import { resolveName } from './name.ts';
import type { Subject } from './subject.ts';

/** Of all of it: what is not known by then is said to be so. */
const LIMIT_MS = 4_800;

export interface Finding extends Required<Nullable<Outcome>> {
  readonly id: string;
  readonly title: string;
  /** Milliseconds that the check took. */
  readonly ms: number;
}

type Nullable<T> = { [K in keyof T]: undefined extends T[K] ? Exclude<T[K], undefined> | null : T[K] };

export interface DiagnoseOptions extends Pick<Subject, 'reload' | 'running' | 'env' | 'clock'> {
  readonly config: Config;
  /** All of them when not given. */
  readonly checks?: readonly Check[];
}

/** Looks at this machine's addresses and runs every check. Takes less than 5 s and never throws. */
export async function diagnose({
  config,
  checks = CHECKS,
  ...rest
}: DiagnoseOptions): Promise<readonly Finding[]> {
  const late = wait(rest.clock, LIMIT_MS);
  const network = rest.running?.testNetwork();
  // Whoever needs it awaits it; until then a rejection must not count as unhandled.
  network?.catch(() => undefined);
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
    ...(network && { network }),
  };
  return runChecks(checks, subject, late);
}

/** All at once; in the order of the list. What is still under way when `late` resolves is told as unknown. */
export function runChecks(
  checks: readonly Check[],
  subject: Subject,
  late: Promise<void>,
): Promise<Finding[]> {
  const unknown = late.then(() =>
    warning('This took too long to be known.', {
      fix:
        subject.nameProblem?.kind === 'silent'
          ? 'DNS is silent: mend that first, in /etc/resolv.conf or on the network.'
          : 'See whether the machine is overloaded ("top"), and try again.',
    }),
  );
  return Promise.all(
    checks.map(async (check) => {
      const start = performance.now();
      const outcome = await Promise.race([run(check, subject), unknown]);
      return findingOf(check, outcome, performance.now() - start);
    }),
  );
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
