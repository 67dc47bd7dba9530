import type { KnownCause } from './known-cause.ts';

/**
 * A row of the table of troubles. `$1`, `$2` … in its texts stand for what a signature caught; a signature that
 * catches nothing needs texts without them.
 */
export interface Trouble extends KnownCause {
  /** What it leaves in logs and error texts, or how people describe it. */
  readonly signatures: readonly RegExp[];
}
