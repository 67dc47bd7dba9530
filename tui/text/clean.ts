/**
 * Control characters, line separators, and what turns the writing direction of all that follows. The joiners
 * U+200C and U+200D stay: Persian words and emoji are spelt with them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** A name from the network as it may be written to a terminal: no escape sequence of a guest's reaches it. */
export function clean(text: string): string {
  return text.replace(UNSAFE, ' ');
}
