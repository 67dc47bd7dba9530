import type { Key } from '../keys/key.ts';
import { safe } from './clean.ts';
import { split } from './width.ts';

/** One line of text being edited; `at` counts the characters before the cursor. */
export interface Line {
  readonly text: string;
  readonly at: number;
}

export const EMPTY_LINE: Line = { text: '', at: 0 };

export const lineOf = (text: string): Line => ({ text, at: split(text).length });

/** The line after a key; undefined when the key does not edit. */
export function editLine(line: Line, key: Key): Line | undefined {
  const parts = split(line.text);
  const { at } = line;
  switch (key.name) {
    case 'left':
      return { ...line, at: Math.max(0, at - 1) };
    case 'right':
      return { ...line, at: Math.min(parts.length, at + 1) };
    case 'home':
    case 'ctrl-a':
      return { ...line, at: 0 };
    case 'end':
    case 'ctrl-e':
      return { ...line, at: parts.length };
    case 'backspace':
      return at === 0 ? line : { text: parts.toSpliced(at - 1, 1).join(''), at: at - 1 };
    case 'delete':
      return { text: parts.toSpliced(at, 1).join(''), at };
    case 'ctrl-u':
      return { text: parts.slice(at).join(''), at: 0 };
    case 'ctrl-w': {
      const kept = parts
        .slice(0, at)
        .join('')
        .replace(/\S*\s*$/, '');
      return { text: kept + parts.slice(at).join(''), at: split(kept).length };
    }
    default:
      return key.text === undefined ? undefined : insert(line, key.text);
  }
}

/** The line with a text put in at the cursor, as pasting does. */
export function insert(line: Line, text: string): Line {
  const parts = split(line.text);
  const added = split(safe(text));
  return { text: parts.toSpliced(line.at, 0, ...added).join(''), at: line.at + added.length };
}
