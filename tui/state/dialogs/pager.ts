import type { Key } from '../../keys/key.ts';
import { CLOSE, type Step } from './dialog.ts';

/** Something to read: help, a join link. Any other key than scrolling closes it. */
export interface PagerDialog {
  readonly kind: 'pager';
  readonly title: string;
  readonly lines: readonly PagerLine[];
  readonly top: number;
  /** How far it can be scrolled in the window as it is. */
  readonly limit: number;
}

export interface PagerLine {
  /** What stands before the text; lines that the text is wrapped to are indented as far. */
  readonly lead?: string;
  readonly text: string;
  readonly tone?: 'heading' | 'quiet' | 'strong';
}

export function pager(title: string, lines: readonly PagerLine[]): PagerDialog {
  return { kind: 'pager', title, lines, top: 0, limit: lines.length };
}

export function pressPager(dialog: PagerDialog, key: Key): Step {
  const by = SCROLL[key.name];
  if (by === undefined) return CLOSE;
  return { next: { ...dialog, top: Math.max(0, Math.min(dialog.limit, dialog.top + by)) } };
}

/** The same pager where no more than `limit` lines are above the window. */
export function limitPager(dialog: PagerDialog, limit: number): PagerDialog {
  return { ...dialog, limit, top: Math.min(dialog.top, limit) };
}

const SCROLL: Readonly<Record<string, number>> = {
  down: 1,
  j: 1,
  up: -1,
  k: -1,
  pagedown: 10,
  space: 10,
  pageup: -10,
  home: -100_000,
  g: -100_000,
  end: 100_000,
  G: 100_000,
};
