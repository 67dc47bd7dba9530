import type { Key } from '../../keys/key.ts';
import { EMPTY_LINE, editLine, insert, type Line } from '../../text/line.ts';
import { rank } from '../fuzzy.ts';
import { CLOSE, type Step } from './dialog.ts';

/** How many hits are shown and can be walked through. */
const HITS = 10;

export interface Candidate {
  /** `room`, `person`, `view`, `action`, `server`. */
  readonly kind: string;
  readonly label: string;
  readonly detail: string;
  readonly run: () => void;
  /** Why it can't be done now. */
  readonly whyNot?: string;
}

/** Go to anything by a few letters of its name. */
export interface FinderDialog {
  readonly kind: 'finder';
  readonly line: Line;
  readonly candidates: readonly Candidate[];
  readonly hits: readonly Candidate[];
  readonly cursor: number;
}

export function finder(candidates: readonly Candidate[]): FinderDialog {
  return { kind: 'finder', line: EMPTY_LINE, candidates, hits: candidates.slice(0, HITS), cursor: 0 };
}

export function pressFinder(dialog: FinderDialog, key: Key): Step {
  const { hits, cursor } = dialog;
  switch (key.name) {
    case 'esc':
    case 'ctrl-c':
      return CLOSE;
    case 'enter': {
      const hit = hits[cursor];
      return hit && hit.whyNot === undefined ? { close: true, run: hit.run } : { next: dialog };
    }
    case 'up':
      return { next: { ...dialog, cursor: Math.max(0, cursor - 1) } };
    case 'down':
    case 'tab':
      return { next: { ...dialog, cursor: Math.max(0, Math.min(hits.length - 1, cursor + 1)) } };
    default: {
      const line = editLine(dialog.line, key);
      return { next: line ? search(dialog, line) : dialog };
    }
  }
}

export function pasteIntoFinder(dialog: FinderDialog, text: string): FinderDialog {
  return search(dialog, insert(dialog.line, text));
}

function search(dialog: FinderDialog, line: Line): FinderDialog {
  const hits = rank(dialog.candidates, line.text, (candidate) => candidate.label, HITS);
  return { ...dialog, line, hits, cursor: 0 };
}
