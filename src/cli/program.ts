import { Command } from 'commander';
import { COMMANDS } from './commands.ts';
import { exitCodeLines } from './help/topics/exit-codes.ts';
import { topicList } from './help/topics.ts';

/**
 * The command line, with the one command loaded that `argv` asks for: the others are there by name for the help.
 * Nothing that a command does not need is loaded for it, which the start of the daemon depends on.
 */
export async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('didar')
    .description(
      'A video-meeting server in one executable. Without a command: the dashboard on a terminal, else the server.',
    )
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
    .addHelpText('after', topicList())
    .addHelpText('afterAll', `\nExit codes:\n${exitCodeLines()}`)
    .exitOverride();

  const [asked] = argv;
  for (const { name, summary, hidden = false, load } of COMMANDS) {
    if (name === asked) {
      (await load())(program);
      program.commands.find((command) => command.name() === name)?.summary(summary);
    } else program.command(name, { hidden }).summary(summary).description(summary);
  }
  return program;
}

/** `argv` with the command put in that bare `didar` stands for; asking for help or the version stays as it is. */
export function withDefaultCommand(argv: readonly string[], isTerminal: boolean): readonly string[] {
  const first = argv[0];
  if (first === '--version' || first === '-V') return ['version', ...argv.slice(1)];
  if (first === '--help' || first === '-h' || (first !== undefined && !first.startsWith('-'))) return argv;
  return [isTerminal ? 'tui' : 'serve', ...argv];
}
