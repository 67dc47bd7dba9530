import type { Key } from '../../keys/key.ts';
import { CLOSE, type Step } from './dialog.ts';
import type { PagerLine } from './pager.ts';

/** A link to give to somebody, also as a QR code where there is room for it. `c` copies it, any other key closes. */
export interface LinkDialog {
  readonly kind: 'link';
  readonly title: string;
  readonly link: string;
  /** What is to be known of it. */
  readonly lines: readonly PagerLine[];
  readonly copy: () => void;
  readonly isCopied: boolean;
}

export const COPIED = 'Copied, if your terminal allows it; else select it here.';
export const NOT_COPIED = 'c copies it.';

export function pressLink(dialog: LinkDialog, key: Key): Step {
  return key.name === 'c' ? { next: { ...dialog, isCopied: true }, run: dialog.copy } : CLOSE;
}
