import { dirname } from 'node:path';
import { unalias } from './aliases.ts';
import type { Entry } from './entries.ts';
import { type Fault, showable } from './faults.ts';
import { unknownKey } from './file.ts';
import { ALL_KEYS, type NamedKey } from './keys.ts';
import type { Place } from './kinds/kind.ts';

export type Origin = 'default' | 'file' | 'env' | 'flag';

/** A value that was given and is what its key expects. */
export interface Given {
  readonly value: unknown;
  readonly entry: Entry;
}

export interface ParsedValues {
  /** The effective one of each key that was given: a flag over the environment over the file. */
  readonly given: ReadonlyMap<string, Given>;
  /** Keys with a fault in what was given, overridden or not: nothing can be said about how they fit with others. */
  readonly faulty: ReadonlySet<string>;
  readonly faults: readonly Fault[];
}

const BY_NAME = new Map<string, NamedKey>(ALL_KEYS.map((key) => [key.name, key]));

/** Reads each entry as its key's kind. Later entries win, so they come in rising precedence. */
export function parseEntries(entries: readonly Entry[], place: Place): ParsedValues {
  const given = new Map<string, Given>();
  const faulty = new Set<string>();
  const faults: Fault[] = [];

  for (const written of entries) {
    const entry = unalias(written);
    const key = BY_NAME.get(entry.key);
    if (!key) {
      faults.push(unknownKey(entry));
      continue;
    }
    const baseDir = entry.origin === 'file' ? dirname(entry.source) : place.baseDir;
    const parsed = key.kind.parse(entry.raw, { ...place, baseDir });
    if (!parsed.ok) {
      const { source, line } = entry;
      const value = showable(written.raw, key.secret === true);
      faults.push({
        key: written.key,
        source,
        line,
        value,
        problem: `${written.key} ${parsed.problem}`,
        fix: parsed.fix,
      });
      faulty.add(entry.key);
      continue;
    }
    const earlier = given.get(entry.key);
    if (earlier?.entry.origin === 'file' && entry.origin === 'file' && earlier.value !== parsed.value) {
      const problem = `${written.key} contradicts line ${earlier.entry.line ?? '?'}`;
      faults.push({
        key: entry.key,
        source: entry.source,
        line: entry.line,
        problem,
        fix: 'remove one of them',
      });
      faulty.add(entry.key);
    }
    given.set(entry.key, { value: parsed.value, entry });
  }
  return { given, faulty, faults };
}
