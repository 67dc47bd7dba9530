import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../../../src/cli/lib/describe-error.ts';
import { DomainError } from '../../../src/lib/errors.ts';
import { EXIT } from '../../../src/lib/exit-codes.ts';
import { build } from '../build/build.ts';
import { provideLiveKit } from '../build/livekit-server.ts';
import { runBunTests } from './bun-test.ts';
import { runChecks } from './checks.ts';
import { runInLanes } from './lanes.ts';
import { providePackages } from './packages.ts';
import { type Plan, planOf } from './plan.ts';
import { endOnSignals } from './process-group.ts';
import { createTally, type Tally } from './tally.ts';

const USAGE = `usage: ./scripts/test [unit] [e2e] [tui] [lab] [contract] [FILE ...] [--livekit VERSION]

Without arguments everything: format, lint, layers, types, unit tests, the build, and the tests of the executable:
  e2e       real servers, real clients            test/e2e
  tui       the dashboard in a real terminal      test/tui
  lab       several hosts in network namespaces   test/lab, as root
  contract  every operation, by Schemathesis      test/contract, needs Python
--livekit runs them on another livekit-server, such as 1.11.0. Ends with \`N passed, N failed\`.`;

/** The oldest livekit-server that is supported: unit tests of the generated configuration start it too. */
const OLDEST_LIVEKIT = '1.11.0';
/** Files at a time: tests with real servers wait more than they work, and every daemon has ports and data of its own. */
const LANES = 3;
/** Two processes that never wait. */
const TWO_LANES = ['test/contract/schemathesis.test.ts'];
const root = join(import.meta.dir, '../../..');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { livekit: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(USAGE);
  const plan = await planOf(root, positionals);
  const tally = createTally();
  endOnSignals();
  await setUp(plan, values.livekit);

  await Promise.all([runFromSource(plan, tally), plan.files.length > 0 ? build({ root }) : undefined]);
  if (plan.files.length > 0) {
    // Each daemon tells its last lines when it is cleaned up; they are seen only where a test failed.
    process.env.DIDAR_TEST_LOGS = '1';
    const lanesOf = (file: string) => (TWO_LANES.includes(file) ? 2 : 1);
    await runInLanes(plan.files, { lanes: LANES, lanesOf }, (file) =>
      runBunTests(root, { name: file, files: [file], retry: true }, tally),
    );
  }

  console.log(tally.report());
  if (tally.failed() > 0) process.exitCode = EXIT.failed;
}

/** What needs no executable, and so can be had while that is built. */
async function runFromSource(plan: Plan, tally: Tally): Promise<void> {
  if (plan.checks) await runChecks(root, tally);
  if (plan.unit.length > 0)
    await runBunTests(root, { name: 'unit tests', files: plan.unit, retry: false }, tally);
}

async function setUp(plan: Plan, version: string | undefined): Promise<void> {
  if (plan.files.length > 0) await providePackages();
  const livekit = await provideLiveKit({ version });
  if (version !== undefined) process.env.LIVEKIT_SERVER = livekit.path;
  else if (plan.unit.length > 0 && !process.env.LIVEKIT_SERVER)
    await provideLiveKit({ version: OLDEST_LIVEKIT });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  process.stderr.write(describeError(error));
  process.exitCode = error.code === 'usage' ? EXIT.usage : EXIT.failed;
}
