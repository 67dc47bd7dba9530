import { clean } from './clean.ts';
import { widthOf } from './width.ts';

/** A text as lines of at most `width` cells, broken between words; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** The same of a text that says with its own line breaks what stands apart, such as several commands; cleaned. */
export function wrapLines(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrap(clean(line), width));
}
