import { Argument, type Command } from 'commander';
import type { CommandEntry } from './commands.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { commandTree } from './completion/tree.ts';
import { wholeProgram } from './completion/whole-program.ts';
import { zshCompletion } from './completion/zsh.ts';
import { print } from './lib/output.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** `didar completion`: made from the commands themselves, so that it knows each of them. */
export function addCompletion(program: Command, entries: readonly CommandEntry[]): void {
  program
    .command('completion')
    .description('Prints a script that lets a shell complete commands and options.')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      `
For this shell:    source <(didar completion bash)      (or zsh);  didar completion fish | source
For good:
  bash  didar completion bash > /etc/bash_completion.d/didar
  zsh   didar completion zsh > /usr/local/share/zsh/site-functions/_didar
  fish  didar completion fish > /etc/fish/completions/didar.fish`,
    )
    .action(async (shell: keyof typeof SCRIPTS) => {
      print(SCRIPTS[shell](commandTree(await wholeProgram(program, entries))).trimEnd());
    });
}
