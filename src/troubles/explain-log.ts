import { filled, type KnownCause } from './explain.ts';
import { plainLines } from './plain-lines.ts';
import { TROUBLES } from './table.ts';

/** What is looked at in one go. A line that is longer is looked at in parts. */
const PART_CHARS = 256 * 1024;
const SHOWN_CHARS = 300;

/** A known cause, and where in the log it was seen first. */
export interface SeenCause extends KnownCause {
  readonly seen: { readonly line: number; readonly text: string };
}

export interface LogExplainer {
  /** The next piece of the log, however it was cut. */
  take(piece: string): void;
  /** How many lines there were, and what they point to: the most specific first, each cause once. */
  end(): { readonly lines: number; readonly causes: readonly SeenCause[] };
}

/** Explains a log of any length as it comes in; no more of it than a part is held. */
export function createLogExplainer(): LogExplainer {
  const seen = new Map<string, SeenCause>();
  let rest = '';
  let lines = 0;

  function look(part: string, endsLine: boolean): void {
    const text = plainLines(part);
    for (const trouble of TROUBLES) {
      if (seen.has(trouble.id)) continue;
      for (const signature of trouble.signatures) {
        const match = signature.exec(text);
        if (match === null) continue;
        const cause = filled(trouble, match.slice(1));
        seen.set(trouble.id, { ...cause, seen: placeOf(text, match.index) });
        break;
      }
    }
    lines += text.split('\n').length - (endsLine ? 0 : 1);
  }

  function placeOf(text: string, index: number): SeenCause['seen'] {
    const start = text.lastIndexOf('\n', index) + 1;
    const end = text.indexOf('\n', index);
    const before = text.slice(0, start).split('\n').length - 1;
    const line = text.slice(start, end < 0 ? undefined : end).trim();
    const shown = line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
    return { line: lines + before + 1, text: shown };
  }

  return {
    take(piece) {
      rest += piece;
      if (rest.length < PART_CHARS) return;
      const end = rest.lastIndexOf('\n');
      look(end < 0 ? rest : rest.slice(0, end), end >= 0);
      rest = end < 0 ? '' : rest.slice(end + 1);
    },
    end() {
      if (rest !== '') look(rest.replace(/\n$/, ''), true);
      rest = '';
      const causes = TROUBLES.flatMap(({ id }) => seen.get(id) ?? []);
      return { lines, causes };
    },
  };
}
