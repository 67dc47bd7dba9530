import { CLOSE, type Step } from './dialog.ts';
import type { PagerLine } from './pager.ts';

/** A link to give to somebody, also as a QR code where there is room for it. Any key closes it. */
export interface LinkDialog {
  readonly kind: 'link';
  readonly title: string;
  readonly link: string;
  /** What is to be known of it. */
  readonly lines: readonly PagerLine[];
}

export const pressLink = (): Step => CLOSE;
