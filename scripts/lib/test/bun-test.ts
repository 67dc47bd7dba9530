import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds } from '../step.ts';
import { readJUnit } from './junit.ts';
import { runInGroup } from './process-group.ts';
import type { Outcome, Tally } from './tally.ts';

/** For a whole file; a single test sets its own limits, which show more when they strike. */
const FILE_LIMIT_MS = 900_000;
const TEST_LIMIT_MS = 60_000;

export interface TestRun {
  /** What the line about it begins with. */
  readonly name: string;
  readonly files: readonly string[];
  /** Run it once more when it fails, since real media on a busy machine can miss a limit; it is reported as flaky. */
  readonly retry: boolean;
}

/** Runs test files in one `bun test` process, prints a line (and the output, when something failed), and counts. */
export async function runBunTests(root: string, run: TestRun, tally: Tally): Promise<void> {
  const first = await attempt(root, run);
  if (first.failures.length === 0 || !run.retry) return tally.add(first);
  console.log(`     ${run.name}: once more`);
  const second = await attempt(root, run);
  tally.add({ ...second, flaky: second.failures.length === 0 });
}

async function attempt(root: string, { name, files }: TestRun): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'didar-test-'));
  const report = join(directory, 'junit.xml');
  const started = performance.now();
  try {
    const result = await runInGroup(
      [
        'bun',
        'test',
        `--timeout=${TEST_LIMIT_MS}`,
        '--reporter=junit',
        `--reporter-outfile=${report}`,
        ...files.map((file) => `./${file}`),
      ],
      { cwd: root, limitMs: FILE_LIMIT_MS },
    );
    const found = readJUnit(
      await Bun.file(report)
        .text()
        .catch(() => ''),
    );
    const failures = [...found.failures];
    if (result.timedOut) failures.push(`took longer than ${seconds(FILE_LIMIT_MS)}`);
    else if (!result.ok && failures.length === 0) failures.push('ended with an error outside of its tests');

    const counts = `${found.passed} passed${failures.length ? `, ${failures.length} failed` : ''}${found.skipped.length ? `, ${found.skipped.length} skipped` : ''}`;
    console.log(
      `${failures.length ? 'FAIL' : 'ok  '} ${name}: ${counts} (${seconds(performance.now() - started)}, CPU ${seconds(result.cpuMs)})`,
    );
    for (const command of result.leftBehind) console.log(`     left behind, ended now: ${command}`);
    if (failures.length > 0) console.log(result.output);
    return { name, passed: found.passed, failures, skipped: found.skipped };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
