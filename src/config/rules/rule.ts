import type { Config } from '../config.ts';

/** What can be asked about a configuration whose single values are all right. */
export interface RuleFacts {
  readonly config: Config;
  /** Whether somebody wrote the key, rather than its default standing. */
  isGiven(key: string): boolean;
}

/** Values that can't work together: the key to point at, what is wrong, and the fix. */
export interface Conflict {
  readonly key: string;
  readonly problem: string;
  readonly fix: string;
}

/** A rule over several keys. It is left out while one of the keys it reads has a fault of its own. */
export interface Rule {
  readonly reads: readonly string[];
  check(facts: RuleFacts): readonly Conflict[];
}
