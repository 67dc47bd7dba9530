import type { Command } from 'commander';
import { FLAG_KEYS, type Flags } from '../../config/flags.ts';

/** Adds `--config` and an option for each key that has one, told as in the table of keys. */
export function addConfigOptions(command: Command): Command {
  command.option('--config <file>', 'configuration file');
  for (const { flag, kind, doc } of FLAG_KEYS) command.option(`--${flag} <${kind.placeholder}>`, doc);
  return command;
}

/** What was given of them, by the names that `loadConfig` takes: commander turns `--log-level` into `logLevel`. */
export function configFlags(options: Readonly<Record<string, unknown>>): Flags {
  const flags = ['config', ...FLAG_KEYS.map(({ flag }) => flag)];
  return Object.fromEntries(
    flags.map((flag) => {
      const value = options[flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
      return [flag, typeof value === 'string' ? value : undefined];
    }),
  );
}
