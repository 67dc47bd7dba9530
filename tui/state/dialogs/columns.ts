import type { Key } from '../../keys/key.ts';
import { CLOSE, type Step } from './dialog.ts';

export interface ColumnEntry {
  readonly id: string;
  readonly name: string;
  readonly on: boolean;
}

/** The columns of a table one below the other: space shows or hides one, left and right move it. */
export interface ColumnsDialog {
  readonly kind: 'columns';
  readonly title: string;
  readonly entries: readonly ColumnEntry[];
  readonly cursor: number;
  readonly save: (entries: readonly ColumnEntry[]) => void;
  /** All of them again, as they were at first. */
  readonly reset: () => void;
}

export function pressColumns(dialog: ColumnsDialog, key: Key): Step {
  const { entries, cursor } = dialog;
  switch (key.name) {
    case 'esc':
    case 'q':
    case 'ctrl-c':
      return CLOSE;
    case 'up':
    case 'k':
    case 'backtab':
      return { next: { ...dialog, cursor: (cursor - 1 + entries.length) % entries.length } };
    case 'down':
    case 'j':
    case 'tab':
      return { next: { ...dialog, cursor: (cursor + 1) % entries.length } };
    case 'space':
      return { next: toggled(dialog) };
    case 'left':
    case 'K':
      return { next: moved(dialog, -1) };
    case 'right':
    case 'J':
      return { next: moved(dialog, 1) };
    case 'r':
      return { close: true, run: dialog.reset };
    case 'enter':
    case 'ctrl-s':
      return { close: true, run: () => dialog.save(entries) };
    default:
      return { next: dialog };
  }
}

/** The last one that is shown stays. */
function toggled(dialog: ColumnsDialog): ColumnsDialog {
  const { entries, cursor } = dialog;
  const entry = entries[cursor];
  if (entry === undefined || (entry.on && entries.filter(({ on }) => on).length === 1)) return dialog;
  return { ...dialog, entries: entries.with(cursor, { ...entry, on: !entry.on }) };
}

function moved(dialog: ColumnsDialog, by: 1 | -1): ColumnsDialog {
  const { entries, cursor } = dialog;
  const to = cursor + by;
  const entry = entries[cursor];
  if (entry === undefined || to < 0 || to >= entries.length) return dialog;
  return { ...dialog, entries: entries.toSpliced(cursor, 1).toSpliced(to, 0, entry), cursor: to };
}
