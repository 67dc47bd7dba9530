import type { Entry } from './entries.ts';
import { ALL_KEYS, type NamedKey } from './keys.ts';

/** Options of the command line by their long name without dashes: `{ port: '8090', 'log-level': 'debug' }`. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** The keys that have an option, for the command line to offer them. */
export const FLAG_KEYS: readonly (NamedKey & { readonly flag: string })[] = ALL_KEYS.flatMap((key) =>
  key.flag === undefined ? [] : [{ ...key, flag: key.flag }],
);

export function readFlags(flags: Flags): readonly Entry[] {
  return FLAG_KEYS.flatMap(({ flag, name }) => {
    const raw = flags[flag];
    return raw === undefined ? [] : [{ key: name, raw, origin: 'flag' as const, source: `--${flag}` }];
  });
}
