import type { Key as InkKey } from 'ink';
import { split } from '../text/width.ts';

/** One key: its name as the table writes it (`j`, `K`, `enter`, `ctrl-c`), and the text that it types, if any. */
export interface Key {
  readonly name: string;
  readonly text: string | undefined;
}

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const;

const CONTROL: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u0003': 'ctrl-c',
  '\u0008': 'backspace',
  '\u0013': 'ctrl-s',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
  '\u001a': 'ctrl-z',
  '\u001b': 'esc',
  '\u007f': 'backspace',
};

/** What Ink calls one input as the keys that were pressed: fast typing and slow lines deliver several in one. */
export function keysOf(input: string, key: InkKey): Key[] {
  for (const [flag, name] of NAMED) {
    if (!key[flag]) continue;
    // A quick Esc, Enter comes as Alt-Enter, as letters do below; Esc itself has that mark too.
    return key.meta && name !== 'esc' ? [named('esc'), named(name)] : [named(name)];
  }
  if (key.tab) return [named(key.shift ? 'backtab' : 'tab')];
  if (key.ctrl) return [named(`ctrl-${input}`)];
  // Alt-x and a quick Esc, x are the same bytes; only the second means anything here.
  return key.meta ? [named('esc'), ...typed(input)] : typed(input);
}

/** The keys of a text that was typed. */
export function typed(text: string): Key[] {
  return split(text).flatMap((character) => {
    const control = CONTROL[character];
    if (control !== undefined) return [named(control)];
    if (character === ' ') return [{ name: 'space', text: ' ' }];
    return character < ' ' ? [] : [{ name: character, text: character }];
  });
}

function named(name: string): Key {
  return { name, text: undefined };
}
