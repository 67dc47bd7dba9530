import { COMMANDS } from '../../../src/cli/commands.ts';
import { ALL_KEYS, type NamedKey } from '../../../src/config/keys.ts';
import { BINDINGS, keyLabel } from '../../../tui/keys/table.ts';
import { table } from './markdown.ts';

/** The parts of the README that are made from the program's own tables, by the name of their marker. */
export function readmeTables(): Readonly<Record<string, string>> {
  return { commands: commandTable(), configuration: configTable(), keys: keyTable() };
}

function commandTable(): string {
  const shown = COMMANDS.filter(({ hidden }) => !hidden);
  return table(
    ['command', 'what it does'],
    shown.map(({ name, summary }) => [`\`didar ${name}\``, summary]),
  );
}

function keyTable(): string {
  return table(
    ['keys', 'what they do'],
    BINDINGS.map(({ keys, description }) => [
      keys.map((key) => `\`${keyLabel(key)}\``).join(' '),
      description,
    ]),
  );
}

function configTable(): string {
  return table(
    ['key', 'default', 'meaning'],
    ALL_KEYS.map((key) => [`\`${key.name}\``, defaultOf(key), key.doc]),
  );
}

function defaultOf({ kind, default: value, shownDefault }: NamedKey): string {
  if (shownDefault !== undefined) return shownDefault;
  if (value === undefined || typeof value === 'function') return '';
  const shown = kind.show(value);
  return `\`${typeof shown === 'object' ? JSON.stringify(shown) : shown}\``;
}
