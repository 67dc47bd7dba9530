import type { Command } from 'commander';
import { DomainError } from '../lib/errors.ts';
import { LOG_LEVELS, type LogLevel } from '../lib/log.ts';
import type { Log, LogSettings } from '../modules/system/model.ts';
import { addClientOptions, type ClientOptions, clientFor } from './lib/client-options.ts';
import { print, printJson } from './lib/output.ts';

const PATH = '/api/system/log';

interface ShowOptions extends ClientOptions {
  readonly livekit?: boolean;
}

/** `didar log`: show, level. */
export function addLog(program: Command): void {
  const log = program.command('log').description("The running daemon's log.");

  addClientOptions(log.command('show'))
    .description('Prints the newest lines; journalctl -u didar has all of them.')
    .option('--livekit', "the media server's lines instead")
    .action(async (options: ShowOptions) => {
      const { own, lines } = await (await clientFor(options)).request<Log>('GET', PATH);
      const shown = options.livekit ? lines : own;
      if (options.json) printJson(shown);
      else for (const line of shown) print(line);
    });

  addClientOptions(log.command('level').argument('[level]'))
    .description(`Tells the log level, or sets it until the next start: ${LOG_LEVELS.join(', ')}.`)
    .action(async (level: string | undefined, options: ClientOptions) => {
      const wanted = level === undefined ? undefined : levelOf(level);
      const client = await clientFor(options);
      const settings =
        wanted === undefined
          ? await client.request<LogSettings>('GET', PATH)
          : await client.request<LogSettings>('PATCH', PATH, { level: wanted } satisfies LogSettings);
      if (options.json) printJson({ level: settings.level });
      else print(settings.level);
    });
}

function levelOf(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new DomainError('usage', `${text}: there is no such level.`, {
    fix: `Give one of ${LOG_LEVELS.join(', ')}.`,
  });
}
