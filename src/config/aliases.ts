import type { Entry } from './entries.ts';
import { onOff } from './kinds/plain.ts';

/** Other words for a key, as people coming from elsewhere write them. */
export const ALIASES: ReadonlyMap<
  string,
  { readonly key: string; readonly convert: (raw: unknown) => unknown }
> = new Map([['livekit.embedded', { key: 'livekit.external', convert: negate }]]);

/** The entry under the key's own name; others as they are. */
export function unalias(entry: Entry): Entry {
  const alias = ALIASES.get(entry.key);
  return alias ? { ...entry, key: alias.key, raw: alias.convert(entry.raw) } : entry;
}

/** What is no truth value stays as it is, so that the fault shows what was written. */
function negate(raw: unknown): unknown {
  const parsed = onOff.parse(raw, { baseDir: '/' });
  return parsed.ok ? !parsed.value : raw;
}
