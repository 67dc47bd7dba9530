import { Command } from 'commander';
import { DomainError } from '../lib/errors.ts';
import { suggest } from '../lib/suggest.ts';
import type { CommandEntry } from './commands.ts';
import { TOPICS } from './help/topics.ts';
import { print } from './lib/output.ts';

/** `didar help`: the list of all, the help of a command however deep, or something to read. */
export function addHelp(program: Command, entries: readonly CommandEntry[]): void {
  program
    .command('help')
    .description('Tells about a command or a topic; without one it lists both.')
    .argument('[words...]', 'a command, as in "service install", or a topic')
    .action(async (words: readonly string[]) => {
      const [first] = words;
      if (first === undefined) {
        program.outputHelp();
        return;
      }
      const topic = words.length === 1 ? TOPICS.find(({ name }) => name === first) : undefined;
      const entry = entries.find(({ name }) => name === first);
      if (!topic && !entry) throw unknown(first, entries);
      if (topic) print((await topic.load())());
      if (topic && entry) print('');
      if (entry) (await commandOf(entry, words)).outputHelp();
    });
}

/** The command that the words name, with what every help ends with. */
async function commandOf({ load }: CommandEntry, words: readonly string[]): Promise<Command> {
  const program = new Command('didar').configureHelp({ showGlobalOptions: true });
  (await load())(program);
  return words.reduce((command, word) => {
    const children = command.commands.filter((child) => child.name() !== 'help');
    const found = children.find((child) => child.name() === word || child.aliases().includes(word));
    if (found) return found;
    const near = suggest(
      word,
      children.map((child) => child.name()),
    );
    throw new DomainError('usage', `There is no command "${words.join(' ')}".`, {
      fix: near ? `Did you mean ${near}?` : `"didar help ${words[0]}" tells what there is.`,
    });
  }, program);
}

function unknown(word: string, entries: readonly CommandEntry[]): DomainError {
  const shown = entries.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const near = suggest(word, [...shown, ...TOPICS.map(({ name }) => name)]);
  return new DomainError('usage', `There is no command and no topic "${word}".`, {
    fix: near ? `Did you mean "didar help ${near}"?` : '"didar help" lists all of them.',
  });
}
