import type { Key } from '../../keys/key.ts';
import { CLOSE, type Step } from './dialog.ts';

export interface Option {
  readonly label: string;
  /** A key that chooses it at once. */
  readonly key?: string;
  /** Something that is destroyed: drawn so that it stands out. */
  readonly danger?: boolean;
  /** Without it the option only closes the dialog. */
  readonly run?: () => void;
}

/** A question with a few answers; rests on `cursor`. */
export interface AskDialog {
  readonly kind: 'ask';
  readonly title: string;
  readonly lines: readonly string[];
  /** What it is about, one a line; as many are shown as there is room for, the rest is counted. */
  readonly names?: readonly string[];
  readonly options: readonly Option[];
  readonly cursor: number;
  /** Side by side like buttons, or one below the other like a menu. */
  readonly layout: 'row' | 'column';
}

/** Asks before something is destroyed: names it, and rests on Cancel. */
export function confirm(title: string, lines: readonly string[], label: string, run: () => void): AskDialog {
  return {
    kind: 'ask',
    title,
    lines,
    options: [
      { label: 'Cancel', key: 'n' },
      { label, key: 'y', danger: true, run },
    ],
    cursor: 0,
    layout: 'row',
  };
}

/** Asks once about several things that it names. The first answer has the key y unless it has one of its own. */
export function confirmAll(title: string, names: readonly string[], options: readonly Option[]): AskDialog {
  return {
    kind: 'ask',
    title,
    lines: [],
    names,
    options: [
      { label: 'Cancel', key: 'n' },
      ...options.map((option): Option => ({ key: 'y', danger: true, ...option })),
    ],
    cursor: 0,
    layout: 'row',
  };
}

export function pressAsk(dialog: AskDialog, key: Key): Step {
  const direct = dialog.options.find((option) => option.key === key.name);
  if (direct) return choose(direct);
  const turn = (by: number): Step => ({
    next: { ...dialog, cursor: (dialog.cursor + by + dialog.options.length) % dialog.options.length },
  });
  switch (key.name) {
    case 'esc':
    case 'q':
    case 'ctrl-c':
      return CLOSE;
    case 'left':
    case 'up':
    case 'backtab':
    case 'h':
    case 'k':
      return turn(-1);
    case 'right':
    case 'down':
    case 'tab':
    case 'l':
    case 'j':
      return turn(1);
    case 'enter':
      return choose(dialog.options[dialog.cursor]);
    default:
      return { next: dialog };
  }
}

function choose(option: Option | undefined): Step {
  return option?.run ? { close: true, run: option.run } : CLOSE;
}
