import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../../../src/cli/lib/describe-error.ts';
import { DomainError } from '../../../src/lib/errors.ts';
import { EXIT } from '../../../src/lib/exit-codes.ts';
import { build } from './build.ts';
import { TARGETS } from './targets.ts';

const USAGE = `usage: ./scripts/build [--target TARGET]

Builds dist/didar for this machine, or dist/didar-TARGET for another:
  ${TARGETS.map((target) => target.name).join('\n  ')}`;

try {
  const { values } = parseArgs({
    options: { target: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) console.log(USAGE);
  else await build({ root: join(import.meta.dir, '../../..'), target: values.target });
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  process.stderr.write(describeError(error));
  process.exitCode = error.code === 'usage' ? EXIT.usage : EXIT.failed;
}
