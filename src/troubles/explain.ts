import type { KnownCause } from './known-cause.ts';
import { plainLines } from './plain-lines.ts';
import { TROUBLES } from './table.ts';
import type { Trouble } from './trouble.ts';

export type { KnownCause } from './known-cause.ts';

/**
 * The known causes that a log line, an error text or some lines of a log point to, the most specific first, each once.
 * Empty when nothing in it is known. A whole log: `createLogExplainer`.
 */
export function explainText(text: string): KnownCause[] {
  const examined = plainLines(text);
  return TROUBLES.flatMap((trouble) => explainBy(trouble, examined) ?? []);
}

/** A trouble by its id, for those who found it by a check of their own; `values` fill `$1`, `$2` … */
export function knownCause(id: string, values: readonly string[] = []): KnownCause | undefined {
  const trouble = TROUBLES.find((row) => row.id === id);
  return trouble && filled(trouble, values);
}

function explainBy(trouble: Trouble, text: string): KnownCause | undefined {
  for (const signature of trouble.signatures) {
    const match = signature.exec(text);
    if (match !== null) return filled(trouble, match.slice(1));
  }
  return undefined;
}

/** The explanation of a trouble, with what a signature caught in its places. */
export function filled({ id, title, cause, fix, key }: Trouble, values: readonly string[]): KnownCause {
  const fill = (text: string) => text.replace(/\$(\d)/g, (_, n: string) => values[Number(n) - 1] ?? '…');
  return { id, title: fill(title), cause: fill(cause), fix: fill(fix), ...(key !== undefined && { key }) };
}
