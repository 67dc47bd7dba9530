import type { Kind } from './kinds/kind.ts';

/** One key of the configuration. Parsing, defaults, environment, flags, help and docs are made from it. */
export interface Key<T> {
  readonly kind: Kind<T>;
  /** What it does, one sentence for help and the docs. */
  readonly doc: string;
  /** Left out: the key has no value unless one is given. A function for what hangs on other keys. */
  readonly default?: T | ((facts: DefaultFacts) => T);
  /** How a default that is not a plain value is told in help and docs. */
  readonly shownDefault?: string;
  /** The long option that sets it: `port` for `--port`. Only the common keys have one. */
  readonly flag?: string;
  /** A variable that sets it besides its own `DIDAR_…`. */
  readonly alsoEnv?: string;
  /** Goes to `Secrets` instead of `Config`, and is never shown. */
  readonly secret?: true;
}

export interface DefaultFacts {
  readonly tlsOn: boolean;
  readonly dataDir: string;
}

export function isKey(node: object): node is Key<unknown> {
  return 'kind' in node && 'doc' in node;
}
