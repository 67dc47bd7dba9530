/** Hebrew, Arabic (of which Persian is written), Syriac, Thaana, N'Ko and their presentation forms. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/**
 * A name in marks that keep its direction to itself (UAX #9), where it is written from right to left: a terminal that
 * orders letters by direction would else turn the numbers beside it round too. The marks take no cells; spaces around
 * the name stay outside.
 */
export function isolated(cell: string): string {
  if (!RIGHT_TO_LEFT.test(cell)) return cell;
  const name = cell.trim();
  const at = cell.indexOf(name);
  return `${cell.slice(0, at)}${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}${cell.slice(at + name.length)}`;
}
