import { Command } from 'commander';
import { EXIT, EXIT_WORDS } from '../lib/exit-codes.ts';
import { COMMANDS } from './commands.ts';

const CODE_WIDTH = 2;
const EXIT_CODES_HELP = [
  '\nExit codes:',
  ...(Object.keys(EXIT) as (keyof typeof EXIT)[]).map(
    (name) => `  ${String(EXIT[name]).padEnd(CODE_WIDTH)}  ${EXIT_WORDS[name]}`,
  ),
].join('\n');

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
    .addHelpText('afterAll', EXIT_CODES_HELP)
    .exitOverride();

  const asked = argv[0] === 'help' ? argv[1] : argv[0];
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
