import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { DomainError } from '../../lib/errors.ts';

export interface PasswordOptions {
  /** `--password-stdin`: the password is all of stdin, without the newline at its end. */
  readonly fromStdin: boolean;
  /** Asks a second time, for a password that is set rather than used. */
  readonly twice?: boolean;
}

/**
 * A password from stdin or from the person at the terminal, never shown.
 * Errors: `usage` when there is no terminal to ask at, `passwords_differ`, `cancelled`.
 */
export async function readPassword({ fromStdin, twice = false }: PasswordOptions): Promise<string> {
  if (fromStdin) return (await Bun.stdin.text()).replace(/\r?\n$/, '');
  if (process.stdin.isTTY !== true) {
    throw new DomainError('usage', 'a password is needed, and there is no terminal to ask for it', {
      fix: 'give it on stdin with --password-stdin',
    });
  }
  const password = await ask('Password: ', { hidden: true });
  if (twice && (await ask('Once more: ', { hidden: true })) !== password) {
    throw new DomainError('passwords_differ', 'the two passwords differ');
  }
  return password;
}

/** Whether the person says yes to `question`; asked on a terminal, else `--yes` has to be given (error `usage`). */
export async function confirm(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new DomainError('usage', `not asked: ${question}`, {
      fix: 'give --yes to go on without a terminal',
    });
  }
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

/** One line from the terminal; `hidden` shows nothing of it. Ctrl-C and Ctrl-D are the error `cancelled`. */
export function ask(question: string, { hidden = false } = {}): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // questions go to stderr: stdout is the command's result
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? silent : process.stderr,
    terminal: true,
  });
  process.stderr.write(hidden ? question : '');
  return new Promise((resolve, reject) => {
    lines.on('SIGINT', () => lines.close());
    lines.on('close', () => reject(new DomainError('cancelled', 'cancelled')));
    lines.question(hidden ? '' : question, (answer) => {
      resolve(answer);
      lines.close();
    });
  }).finally(() => hidden && process.stderr.write('\n')) as Promise<string>;
}
