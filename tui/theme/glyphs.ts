import type { ChartSigns } from '../text/chart.ts';

/** The signs beside words; each view says in words too what its signs say. */
export interface Glyphs extends ChartSigns {
  readonly cursor: string;
  readonly live: string;
  readonly off: string;
  readonly on: string;
  readonly checked: string;
  readonly unchecked: string;
  readonly up: string;
  readonly down: string;
  readonly rule: string;
  readonly dot: string;
  /** The left edge of a chart. */
  readonly side: string;
  readonly border: 'round' | 'classic';
  /** Half blocks, which pictures are made of. */
  readonly drawsBlocks: boolean;
  readonly hasColours: boolean;
  /** A text with the signs that we put into texts as the terminal can show them. */
  readonly plain: (text: string) => string;
}

const UNICODE: Glyphs = {
  cursor: '▸',
  live: '●',
  off: '○',
  on: '●',
  checked: '[x]',
  unchecked: '[ ]',
  up: '↑',
  down: '↓',
  rule: '─',
  dot: '·',
  side: '│',
  border: 'round',
  drawsBlocks: true,
  hasColours: true,
  plain: (text) => text,
  steps: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  bar: '█',
};

/** Signs that are read aloud as nothing: charts say nothing in words. */
export const SPOKEN_GLYPHS: Glyphs = { ...UNICODE, steps: [' '], bar: '' };

const SPELT: Readonly<Record<string, string>> = { '…': '~', '↑': '^', '↓': 'v', '←': '<', '→': '>' };

const ASCII: Glyphs = {
  ...UNICODE,
  cursor: '>',
  live: '*',
  off: '-',
  on: '+',
  up: '^',
  down: 'v',
  rule: '-',
  dot: '|',
  side: '|',
  border: 'classic',
  drawsBlocks: false,
  plain: (text) => text.replace(/[…↑↓←→]/g, (sign) => SPELT[sign] ?? sign),
  steps: [' ', '.', ':', '-', '=', '+', '*', '#'],
  bar: '#',
};

type Env = Readonly<Record<string, string | undefined>>;

/** The signs that a terminal with this environment can show: ASCII unless the locale is UTF-8. */
export function glyphsFor(env: Env): Glyphs {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const glyphs = /utf-?8/i.test(locale) && env.TERM !== 'dumb' ? UNICODE : ASCII;
  return { ...glyphs, hasColours: showsColours(env) };
}

/** Whether colours are wanted and there are any (no-color.org). */
export function showsColours(env: Env): boolean {
  return !env.NO_COLOR && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0';
}
