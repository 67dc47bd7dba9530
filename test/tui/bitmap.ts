// A screen as a camera sees it, and what a reader of another author makes of the code on it. Pure, kept, 0.5 MB.
import decodeQR from 'qr/decode.js';
import { type Run, readScreen } from '../../scripts/lib/screens/cells.ts';
import { hexOf } from '../../scripts/lib/screens/svg.ts';

const CELL_WIDTH = 8;
const CELL_HEIGHT = 16;
const DECODING_LIMIT_MS = 5000;

/** What the terminal's own colours are. */
export interface Screen {
  readonly background: string;
  readonly foreground: string;
}

export const DARK_SCREEN: Screen = { background: '#101010', foreground: '#d0d0d0' };
export const LIGHT_SCREEN: Screen = { background: '#fdfdfd', foreground: '#202020' };

/** The text of the QR code on a screen that tmux captured with its colours. Throws where none can be read. */
export function readCode(capture: string, screen: Screen): string {
  const lines = readScreen(capture.replace(/\n$/, ''));
  const columns = Math.max(...lines.flatMap((runs) => runs.map((run) => run.column + run.width)));
  const [width, height] = [columns * CELL_WIDTH, lines.length * CELL_HEIGHT];
  const data = new Uint8ClampedArray(width * height * 4);
  const paint = (x: number, y: number, colour: string) => {
    const value = Number.parseInt(colour.slice(1), 16);
    data.set([value >> 16, (value >> 8) & 255, value & 255, 255], (y * width + x) * 4);
  };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) paint(x, y, screen.background);
  for (const [row, runs] of lines.entries()) {
    for (const run of runs) {
      for (const [i, sign] of [...run.text].entries()) {
        const [left, top] = [(run.column + i) * CELL_WIDTH, row * CELL_HEIGHT];
        const [ink, paper] = coloursOf(run, screen);
        for (let y = 0; y < CELL_HEIGHT; y++)
          for (let x = 0; x < CELL_WIDTH; x++) paint(left + x, top + y, isInked(sign, x, y) ? ink : paper);
      }
    }
  }
  return decodeQR({ width, height, data }, { timeLimit: DECODING_LIMIT_MS });
}

function coloursOf(run: Run, screen: Screen): readonly [ink: string, paper: string] {
  const ink = run.colour === undefined ? screen.foreground : hexOf(run.colour);
  const paper = run.background === undefined ? screen.background : hexOf(run.background);
  return run.inverse ? [paper, ink] : [ink, paper];
}

/** Where the sign of a cell leaves ink. Letters are only something that is there. */
function isInked(sign: string, x: number, y: number): boolean {
  if (sign === ' ') return false;
  if (sign === '█') return true;
  if (sign === '▀') return y < CELL_HEIGHT / 2;
  if (sign === '▄') return y >= CELL_HEIGHT / 2;
  if (sign === '#') return [2, 5].includes(x) || [5, 6, 10, 11].includes(y);
  return x > 1 && x < 6 && y > 4 && y < 12 && (x + y) % 2 === 0;
}
