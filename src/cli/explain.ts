import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { DomainError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { createLogExplainer, type SeenCause } from '../troubles/explain-log.ts';
import { print, printJson, printNote } from './lib/output.ts';
import { textOf } from './lib/text-of.ts';

/** `didar explain`: needs no daemon, so that it helps where none starts. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('Explains a log line, an error text or a whole log: cause, fix and the key to change.')
    .argument('[text...]', 'what to explain, or a file; without it, what comes on stdin')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  didar explain "could not resolve external IP"\n  journalctl -u didar | didar explain\n  didar explain /var/log/livekit.log',
    )
    .action(async (words: readonly string[], options: { json?: boolean }) => {
      if (words.length === 0 && process.stdin.isTTY) {
        throw new DomainError('usage', 'There is nothing to explain.', {
          fix: 'Give a text or a file, or pipe a log into it: journalctl -u didar | didar explain',
        });
      }
      const explainer = createLogExplainer();
      for await (const piece of await piecesOf(words)) explainer.take(piece);
      const { lines, causes } = explainer.end();
      if (causes.length === 0) process.exitCode = EXIT.failed;
      if (options.json) printJson({ lines, causes });
      else if (causes.length === 0) printNote(nothingKnown(lines, words));
      else print(causes.map((cause) => describe(cause, lines > 1)).join('\n\n'));
    });
}

/** A file is read where a single word names one: nobody asks what a path alone means. */
async function piecesOf(words: readonly string[]): Promise<AsyncIterable<string>> {
  const [first] = words;
  if (first === undefined || (first === '-' && words.length === 1)) return textOf(Bun.stdin.stream());
  const isFile = words.length === 1 && (await stat(first).catch(() => undefined))?.isFile();
  return textOf(isFile ? Bun.file(first).stream() : new Response(words.join(' ')).body);
}

function nothingKnown(lines: number, words: readonly string[]): string {
  if (lines === 0) return 'There was nothing to explain: the text is empty.';
  const [first = ''] = words;
  const isPath = words.length === 1 && /^[^\s"]*\/[^\s"]+$/.test(first);
  const read = lines > 1 ? `Nothing in these ${lines} lines` : 'Nothing in this text';
  return [
    `${read} is known to didar. "didar doctor" looks at the server itself.`,
    ...(isPath ? [`(There is no file ${first}.)`] : []),
  ].join('\n');
}

function describe({ title, cause, fix, key, seen }: SeenCause, ofMany: boolean): string {
  return [
    title,
    ...(ofMany ? [`  seen:  line ${seen.line}: ${seen.text}`] : []),
    `  cause: ${cause}`,
    `  fix:   ${fix}`,
    ...(key === undefined ? [] : [`  key:   ${key}`]),
  ].join('\n');
}
