const PLAIN = /^[\x20-\x7e]*$/;
/** Letters that look alike and are typed by different keyboards: Arabic yeh and kaf, as Persian writes them. */
const ALIKE: Readonly<Record<string, string>> = { ي: 'ی', ى: 'ی', ك: 'ک' };

/**
 * A text as it is compared with what somebody types: without case, accents and vowel signs, joiners and marks of
 * direction, in whatever script.
 */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/[يىك]/g, (letter) => ALIKE[letter] ?? letter);
}
