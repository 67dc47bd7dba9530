import { DomainError } from '../../src/lib/errors.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end and returns its stdout; throws `command_failed` with its stderr when it fails. */
export async function output(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [text, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) {
    throw new DomainError('command_failed', `${command.join(' ')} ended with ${code}:\n${errors.trim()}`);
  }
  return text;
}
