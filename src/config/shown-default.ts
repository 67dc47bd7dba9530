import type { NamedKey } from './keys.ts';

/** How help and docs tell the default of a key: in its own words, or the value in backquotes; empty without one. */
export function shownDefault({ kind, default: value, shownDefault: words }: NamedKey): string {
  if (words !== undefined) return words;
  if (value === undefined || typeof value === 'function') return '';
  const shown = kind.show(value);
  return `\`${typeof shown === 'object' ? JSON.stringify(shown) : shown}\``;
}
