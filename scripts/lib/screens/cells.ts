import stringWidth from 'string-width';

/** How a run of cells looks; colours are those of the 16 that SGR numbers, undefined for the terminal's own. */
export interface Style {
  readonly colour: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

/** Text in one style, from cell `column` on. */
export interface Run extends Style {
  readonly column: number;
  readonly width: number;
  readonly text: string;
}

const PLAIN: Style = { colour: undefined, bold: false, dim: false, inverse: false };
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this reads
const SGR = /\u001b\[([0-9;]*)m/g;

/** The lines of a screen, as tmux captures them with their colours, as runs of equal style. */
export function readScreen(capture: string): Run[][] {
  let style = PLAIN;
  return capture.split('\n').map((line) => {
    const runs: Run[] = [];
    let column = 0;
    const add = (text: string) => {
      if (text === '') return;
      const width = stringWidth(text);
      runs.push({ ...style, column, width, text });
      column += width;
    };
    let from = 0;
    for (const match of line.matchAll(SGR)) {
      add(line.slice(from, match.index));
      from = match.index + match[0].length;
      for (const code of (match[1] || '0').split(';')) style = apply(style, Number(code));
    }
    add(line.slice(from));
    return runs;
  });
}

function apply(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 27) return { ...style, inverse: false };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 90 };
  return code === 39 ? { ...style, colour: undefined } : style;
}
