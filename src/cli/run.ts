import { CommanderError } from 'commander';
import { DomainError } from '../lib/errors.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';
import { exitCodeOf } from './exit-codes-of.ts';
import { describeError, describeUnexpected } from './lib/describe-error.ts';
import { createProgram, withDefaultCommand } from './program.ts';

const GO_ON: ReadonlySet<string> = new Set(['serve', 'recorder', 'upgrade']);

/** Runs one command line and returns the code to end with. Whatever is thrown becomes clear lines on stderr and a code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const effective = withDefaultCommand(argv, isTerminal);
  // The dashboard sees to its terminal itself.
  if (effective[0] !== 'tui') outliveReaders(GO_ON.has(effective[0] ?? ''));
  try {
    const program = await createProgram(effective);
    await program.parseAsync([...effective], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // commander has printed its own message by then
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof DomainError) {
      process.stderr.write(describeError(error));
      return exitCodeOf(error);
    }
    process.stderr.write(describeUnexpected(error));
    return EXIT.failed;
  }
}

/**
 * When whoever read the output has gone, as after `| head`, a command has nothing left to do, and nothing is wrong.
 * The server goes on without its log, since there are people in its meetings, the recorder completes its files, and an
 * upgrade ends with a server that runs, also when the terminal was closed (EIO).
 */
function outliveReaders(goesOn: boolean): void {
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    if (!goesOn) process.exit(EXIT.done);
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', onError);
}
