import type { Command } from 'commander';
import { DomainError } from '../../lib/errors.ts';
import { SERVICE } from './places.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines: string;
  readonly since?: string;
}

/** `didar service logs`: the journal's, as they were written, so that `didar explain` and jq can read them. */
export function addLogs(service: Command): void {
  service
    .command('logs')
    .description("Prints the service's log.")
    .option('-f, --follow', 'go on with what comes')
    .option('-n, --lines <count>', 'how many of the last lines; all: every one', '100')
    .option('--since <time>', 'from then on, as journalctl reads it: "2 hours ago", 2026-01-31')
    .action(logs);
}

async function logs(options: Options): Promise<void> {
  const journalctl = Bun.which('journalctl');
  if (journalctl === null) {
    throw new DomainError('systemd_missing', 'there is no journalctl on this machine', {
      fix: 'the log is where the output of "didar serve" goes',
    });
  }
  const child = Bun.spawn([journalctl, ...journalWords(options)], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  });
  // Ctrl-C is for the child, which ends then
  process.on('SIGINT', () => undefined);
  process.exitCode = (await child.exited) === 0 || child.signalCode === 'SIGINT' ? 0 : 1;
}

function journalWords({ follow = false, lines, since }: Options): readonly string[] {
  return [
    '--unit',
    SERVICE,
    '--output=cat',
    '--no-pager',
    `--lines=${lines}`,
    ...(follow ? ['--follow'] : []),
    ...(since === undefined ? [] : [`--since=${since}`]),
  ];
}
