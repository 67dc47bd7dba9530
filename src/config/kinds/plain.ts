import { suggest } from '../../lib/suggest.ts';
import { accept, type Kind, natureOf, type Parsed, plainText, refuse } from './kind.ts';

const YES = new Set(['true', 'yes', 'on', '1']);
const NO = new Set(['false', 'no', 'off', '0']);

export const onOff: Kind<boolean> = {
  expects: '`true` or `false`',
  placeholder: 'true|false',
  parse(raw) {
    const word = plainText(raw)?.toLowerCase() ?? '';
    if (YES.has(word)) return accept(true);
    if (NO.has(word)) return accept(false);
    return refuse('is neither true nor false', 'write true or false');
  },
  show: (value) => value,
};

/** A text; with `shape`, one that looks so. */
export function text(
  expects: string,
  placeholder: string,
  shape?: { readonly matches: (text: string) => boolean; readonly fix: string },
): Kind<string> {
  return {
    expects,
    placeholder,
    parse(raw): Parsed<string> {
      if (typeof raw === 'number' || typeof raw === 'boolean') {
        // Without the value: that of a secret must not be told.
        return refuse(`is a ${typeof raw}, not text`, 'put it in quotes');
      }
      if (typeof raw !== 'string') return refuse(`is ${natureOf(raw)}, not text`, `write ${expects}`);
      const trimmed = raw.trim();
      if (trimmed === '') return refuse('is empty', `write ${expects}, or remove the key`);
      if (shape && !shape.matches(trimmed)) return refuse(`is not ${expects}`, shape.fix);
      return accept(trimmed);
    },
    show: (value) => value,
  };
}

/** One of a few words. Keeps the words as their type. */
export function choice<const T extends string>(words: readonly T[]): Kind<T> {
  const expects = words.map((word) => `\`${word}\``).join(', ');
  return {
    expects,
    placeholder: words.join('|'),
    parse(raw): Parsed<T> {
      // YAML 1.1 habits: `mode: off` unquoted is a word here, but a boolean to other tools that write the file.
      const word = raw === false ? 'off' : raw;
      const found = words.find((candidate) => candidate === word);
      if (found) return accept(found);
      const near = typeof word === 'string' ? suggest(word, words) : undefined;
      return refuse(
        `is none of ${words.join(', ')}`,
        near ? `did you mean ${near}?` : `write one of ${words.join(', ')}`,
      );
    },
    show: (value) => value,
  };
}

/** A whole number within bounds. */
export function count(from: number, to: number): Kind<number> {
  const expects = `a whole number from ${from} to ${to}`;
  return {
    expects,
    placeholder: 'n',
    parse(raw): Parsed<number> {
      const number = wholeNumber(raw);
      if (number === undefined) return refuse('is not a whole number', `write ${expects}`);
      if (number < from || number > to) return refuse('is out of range', `write ${expects}`);
      return accept(number);
    },
    show: (value) => value,
  };
}

/** Several of a kind: a YAML list, or texts with commas between. */
export function list<T>(item: Kind<T>): Kind<readonly T[]> {
  return {
    expects: `a list, each ${item.expects}`,
    placeholder: `${item.placeholder},…`,
    parse(raw, place): Parsed<readonly T[]> {
      const items = typeof raw === 'string' ? raw.split(',').filter((part) => part.trim() !== '') : raw;
      if (!Array.isArray(items)) return refuse(`is ${natureOf(raw)}, not a list`, 'write [a, b]');
      const values: T[] = [];
      for (const one of items) {
        const parsed = item.parse(typeof one === 'string' ? one.trim() : one, place);
        if (!parsed.ok)
          return refuse(`has an item that ${parsed.problem}: ${plainText(one) ?? natureOf(one)}`, parsed.fix);
        if (parsed.value !== undefined) values.push(parsed.value);
      }
      return accept(values);
    },
    show: (values) => values.map((value) => item.show(value)),
  };
}

/** Digits as text count too: variables and flags know nothing else. */
export function wholeNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? raw : undefined;
  return typeof raw === 'string' && /^-?\d{1,15}$/.test(raw.trim()) ? Number(raw) : undefined;
}
