import { CommanderError } from 'commander';
import { DomainError } from '../lib/errors.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';
import { exitCodeOf } from './exit-codes-of.ts';
import { describeError, describeUnexpected } from './lib/describe-error.ts';
import { createProgram, withDefaultCommand } from './program.ts';

/** Runs one command line and returns the code to end with. Whatever is thrown becomes clear lines on stderr and a code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const effective = withDefaultCommand(argv, isTerminal);
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
