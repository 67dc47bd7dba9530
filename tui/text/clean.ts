/**
 * Control characters, line separators, spaces that nobody sees, and what turns the writing direction of all that
 * follows. The joiners U+200C and U+200D stay: Persian words and emoji are spelt with them.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/g;
const PLAIN = /^[\x20-\x7e]*$/;
/** Longer than anything that fits a screen; a name of sixty thousand letters is not measured at each drawing. */
const LONGEST = 4096;
/** No script needs more marks on one letter. */
const PILE_OF_MARKS = /(\p{M}{4})\p{M}+/gu;
/** Skin tones, the wish for a coloured sign, and the spelt-out regions of flags. */
const EMOJI_SHADES = /[\u{1f3fb}-\u{1f3ff}\ufe0e\ufe0f\u{e0020}-\u{e007f}]/gu;
/** A family, a profession: several emoji that are drawn as one, or side by side. */
const JOINED_EMOJI = /(\p{Extended_Pictographic})(?:\u200d[\p{Extended_Pictographic}\u2640\u2642])+/gu;

/** A text from outside without what could change more of the screen than itself. */
export function safe(text: string): string {
  const kept = text.length > LONGEST ? text.slice(0, LONGEST).toWellFormed() : text;
  return PLAIN.test(kept) ? kept : kept.replace(UNSAFE, ' ').replace(PILE_OF_MARKS, '$1');
}

/**
 * A text from outside as it may be drawn: no escape sequence of a guest's reaches the terminal, and of an emoji only
 * what all terminals give two cells: where they disagree the rest of the line would be in the wrong place.
 */
export function clean(text: string): string {
  const kept = safe(text);
  return PLAIN.test(kept) ? kept : kept.replace(EMOJI_SHADES, '').replace(JOINED_EMOJI, '$1');
}
