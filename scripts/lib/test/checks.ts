import { seconds } from '../step.ts';
import { runInGroup } from './process-group.ts';
import type { Tally } from './tally.ts';

const CHECKS = ['format', 'lint', 'layers', 'types'];
const LIMIT_MS = 300_000;

/** The checks that run no test, as package.json names them; each counts as one. */
export async function runChecks(root: string, tally: Tally): Promise<void> {
  for (const name of CHECKS) {
    const started = performance.now();
    const result = await runInGroup(['bun', 'run', '--silent', name], { cwd: root, limitMs: LIMIT_MS });
    tally.add({ name, passed: result.ok ? 1 : 0, failures: result.ok ? [] : [name], skipped: [] });
    console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${name} (${seconds(performance.now() - started)})`);
    if (!result.ok) console.log(result.output);
  }
}
