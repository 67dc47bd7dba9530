// The same measure that Ink lays out with: another one would disagree about some emoji and break a line.
import stringWidth from 'string-width';

export type Align = 'left' | 'right';
export type Cut = 'end' | 'middle';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const PLAIN = /^[\x20-\x7e]*$/;
const ELLIPSIS = '…';

/** Terminal cells that a text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/**
 * The text in exactly `width` cells: padded, or cut with an ellipsis. Identities are cut in the `middle`,
 * because both their ends tell them apart.
 */
export function fit(text: string, width: number, align: Align = 'left', cut: Cut = 'end'): string {
  if (width <= 0) return '';
  const shown = truncate(text, width, cut);
  const space = ' '.repeat(Math.max(0, width - widthOf(shown)));
  return align === 'right' ? space + shown : shown + space;
}

/** The text in at most `width` cells. */
export function truncate(text: string, width: number, cut: Cut = 'end'): string {
  if (widthOf(text) <= width) return text;
  if (width <= 1) return width === 1 ? ELLIPSIS : '';
  const room = width - 1;
  if (cut === 'end') return take(split(text), room) + ELLIPSIS;
  const parts = split(text);
  const head = take(parts, Math.ceil(room / 2));
  const tail = take([...parts].reverse(), Math.floor(room / 2), true);
  return head + ELLIPSIS + tail;
}

/** A text as the characters that people see. */
export function split(text: string): string[] {
  return PLAIN.test(text) ? [...text] : [...graphemes.segment(text)].map((part) => part.segment);
}

function take(parts: readonly string[], width: number, fromEnd = false): string {
  let taken = '';
  let used = 0;
  for (const part of parts) {
    const size = widthOf(part);
    if (used + size > width) break;
    used += size;
    taken = fromEnd ? part + taken : taken + part;
  }
  return taken;
}
