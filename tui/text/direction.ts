/** Hebrew, Arabic (of which Persian is written), Syriac, Thaana, N'Ko and their presentation forms. */
const LETTER = '[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc]';
const ANY = new RegExp(LETTER);
/** What is read as one from right to left, up to a letter of another direction; a list of names is several. */
const RUN = new RegExp(`${LETTER}(?:[^\\p{L},]*${LETTER})*…?`, 'gu');
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/**
 * A text with marks around each part that is written from right to left, which keep its direction to itself (UAX #9):
 * a terminal that orders letters by direction would else turn round what stands beside it too: the numbers of a row, or
 * the sentence that begins with a Persian name. The marks take no cells; other terminals take no notice.
 */
export function isolated(text: string): string {
  return ANY.test(text) ? text.replace(RUN, `${FIRST_STRONG_ISOLATE}$&${POP_ISOLATE}`) : text;
}
