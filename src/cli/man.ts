import type { Command } from 'commander';
import { version } from '../../package.json';
import type { CommandEntry } from './commands.ts';
import { commandTree } from './completion/tree.ts';
import { wholeProgram } from './completion/whole-program.ts';
import { everyTopic } from './help/topics.ts';
import { print } from './lib/output.ts';
import { manPage } from './man/page.ts';

/** `didar man`: the text of every help as one page of the manual. */
export function addMan(program: Command, entries: readonly CommandEntry[]): void {
  program
    .command('man')
    .description('Prints the manual page: every command with its options, and every topic.')
    .addHelpText(
      'after',
      `
To read it:  didar man | man -l -
For good:    didar man > /usr/local/share/man/man1/didar.1`,
    )
    .action(async () => {
      const root = commandTree(await wholeProgram(program, entries));
      print(manPage(root, await everyTopic(), version).trimEnd());
    });
}
