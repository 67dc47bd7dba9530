import { Command } from 'commander';
import type { CommandEntry } from '../commands.ts';

/** The program with every command loaded that is not hidden; the one at hand has loaded only what it was asked for. */
export async function wholeProgram(program: Command, entries: readonly CommandEntry[]): Promise<Command> {
  const whole = new Command(program.name()).description(program.description());
  for (const { name, summary, hidden, load } of entries) {
    if (hidden) continue;
    (await load())(whole);
    whole.commands.find((command) => command.name() === name)?.summary(summary);
  }
  return whole;
}
