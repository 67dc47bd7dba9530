import stringWidth from 'string-width';

/** How a run of cells looks; colours are those of xterm's 256, undefined for the terminal's own. */
export interface Style {
  readonly colour: number | undefined;
  readonly background: number | undefined;
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

const PLAIN: Style = { colour: undefined, background: undefined, bold: false, dim: false, inverse: false };
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
      style = applyAll(style, (match[1] || '0').split(';').map(Number));
    }
    add(line.slice(from));
    return runs;
  });
}

/** `38;5;n` and `48;5;n` are one code of three numbers, the others of one. */
function applyAll(style: Style, [code, mode, colour, ...rest]: readonly number[]): Style {
  if (code === undefined) return style;
  if ((code === 38 || code === 48) && mode === 5 && colour !== undefined)
    return applyAll({ ...style, [code === 38 ? 'colour' : 'background']: colour }, rest);
  const others = [mode, colour, ...rest].filter((one) => one !== undefined);
  return applyAll(apply(style, code), others);
}

function apply(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 27) return { ...style, inverse: false };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 + 8 };
  if (code === 49) return { ...style, background: undefined };
  return code === 39 ? { ...style, colour: undefined } : style;
}
