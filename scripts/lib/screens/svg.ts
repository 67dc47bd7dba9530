import stringWidth from 'string-width';
import type { Run } from './cells.ts';

const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 18;
const FONT_SIZE = 14;
const EDGE = 14;
const BASELINE = 13;
const BACKGROUND = '#15171c';
const FOREGROUND = '#d7dae0';
const DIM = '#7d838f';
/** Black, red, green, yellow, blue, magenta, cyan, white. */
const COLOURS = ['#3b4048', '#f07178', '#a5d76e', '#ffcb6b', '#82aaff', '#c792ea', '#7fdbe6', '#ffffff'];
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** A screen as a picture; every run is stretched to its cells, whichever font the reader has. */
export function drawScreen(lines: readonly (readonly Run[])[], columns: number, title: string): string {
  const width = Math.ceil(columns * CELL_WIDTH + 2 * EDGE);
  const height = lines.length * LINE_HEIGHT + 2 * EDGE;
  const body = lines.flatMap((runs, i) => runs.map((run) => drawRun(run, i))).filter(Boolean);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${quoted(title)}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${BACKGROUND}"/>`,
    `<g font-family="${FONT}" font-size="${FONT_SIZE}" fill="${FOREGROUND}">`,
    ...body,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

function drawRun(run: Run, line: number): string {
  const y = EDGE + line * LINE_HEIGHT;
  const colour = run.colour === undefined ? (run.dim ? DIM : FOREGROUND) : hexOf(run.colour);
  const background = run.background === undefined ? BACKGROUND : hexOf(run.background);
  const fill = run.inverse ? background : colour;
  const weight = run.bold ? ' font-weight="bold"' : '';
  const behind = `<rect x="${at(run.column)}" y="${y}" width="${cells(run.width)}" height="${LINE_HEIGHT}" fill="${run.inverse ? colour : background}"/>`;
  const words = phrases(run).map(
    ({ column, width, text }) =>
      `<text x="${at(column)}" y="${y + BASELINE}" textLength="${cells(width)}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${weight}>${quoted(text)}</text>`,
  );
  return [...(run.inverse || run.background !== undefined ? [behind] : []), ...words].join('');
}

/** The 16 of the palette, bright ones as the others; the cube and the greys as xterm fixed them for all. */
export function hexOf(colour: number): string {
  if (colour < 16) return COLOURS[colour % 8] ?? FOREGROUND;
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  if (colour >= 232) return `#${hex((colour - 232) * 10 + 8).repeat(3)}`;
  const step = (value: number) => hex(value === 0 ? 0 : 55 + value * 40);
  const at = colour - 16;
  return `#${step(Math.floor(at / 36))}${step(Math.floor(at / 6) % 6)}${step(at % 6)}`;
}

/** The run without its wide gaps: SVG takes several spaces for one. */
function phrases(run: Run): { column: number; width: number; text: string }[] {
  return [...run.text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
    column: run.column + stringWidth(run.text.slice(0, match.index)),
    width: stringWidth(match[0]),
    text: match[0],
  }));
}

const at = (column: number) => round(EDGE + column * CELL_WIDTH);
const cells = (width: number) => round(width * CELL_WIDTH);

function round(n: number): number {
  return Math.round(n * 10) / 10;
}

function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
