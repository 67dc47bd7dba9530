const WIDTH = 80;

/** Text for a terminal: as many words in a line as fit, each line with so many spaces before it. */
export function wrapped(text: string, indent = 0): string {
  const room = WIDTH - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${' '.repeat(indent)}${each}`).join('\n');
}

/** Things and what they are: each on a line of its own, with the words below it. */
export function definitions(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, words]) => `  ${name}\n${wrapped(words, 6)}`).join('\n');
}
