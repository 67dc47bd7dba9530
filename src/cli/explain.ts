import type { Command } from 'commander';
import { DomainError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { explainText, type KnownCause } from '../troubles/explain.ts';
import { print, printJson, printNote } from './lib/output.ts';

/** `didar explain`: needs no daemon, so that it helps where none starts. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('Explains a log line, an error text or a whole log: cause, fix and the key to change.')
    .argument('[text...]', 'what to explain; without it, what comes on stdin')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  didar explain "could not resolve external IP"\n  journalctl -u didar | didar explain',
    )
    .action(async (words: readonly string[], options: { json?: boolean }) => {
      if (words.length === 0 && process.stdin.isTTY) {
        throw new DomainError('usage', 'There is nothing to explain.', {
          fix: 'Give a text, or pipe a log into it: journalctl -u didar | didar explain',
        });
      }
      const causes = explainText(words.length > 0 ? words.join(' ') : await Bun.stdin.text());
      if (causes.length === 0) process.exitCode = EXIT.failed;
      if (options.json) printJson({ causes });
      else if (causes.length === 0)
        printNote('Nothing in this text is known to didar. "didar doctor" looks at the server itself.');
      else print(causes.map(describe).join('\n\n'));
    });
}

function describe({ title, cause, fix, key }: KnownCause): string {
  return [
    title,
    `  cause: ${cause}`,
    `  fix:   ${fix}`,
    ...(key === undefined ? [] : [`  key:   ${key}`]),
  ].join('\n');
}
