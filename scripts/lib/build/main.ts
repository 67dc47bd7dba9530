import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../../../src/cli/lib/describe-error.ts';
import { DomainError } from '../../../src/lib/errors.ts';
import { EXIT } from '../../../src/lib/exit-codes.ts';
import { build } from './build.ts';
import { TARGETS } from './targets.ts';

const USAGE = `usage: ./scripts/build [--target TARGET]

Builds dist/didar for this machine, or dist/didar-TARGET for another:
  ${TARGETS.map((target) => target.name).join('\n  ')}

DIDAR_RELEASE_KEY=FILE (ed25519, PEM) signs it, for \`didar upgrade\`: the .release.json beside it. The executable then
takes upgrades that are signed with the same key.`;

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
