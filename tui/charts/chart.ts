import { plainText, type Segment } from '../components/segments.tsx';
import { sparkline } from '../text/chart.ts';
import { fit, widthOf } from '../text/width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { Role } from '../theme/theme.ts';
import { area } from './area.ts';
import { inCells, spanOf, type Timing } from './cells.ts';

/** From which value on something is to be looked at, or is bad, each with the word that says so without colour. */
export interface Thresholds {
  readonly warn: readonly [from: number, word: string];
  readonly bad: readonly [from: number, word: string];
}

/** One of the things that a chart is the sum of, or stands beside. */
export interface ChartPart {
  readonly name: string;
  readonly values: readonly number[];
  /** Instead of the newest value: nothing is known of it now. */
  readonly unknown?: string;
  readonly isBad?: (value: number) => boolean;
}

export interface Chart {
  readonly title: string;
  /** Oldest first; the chart is as high as these are. */
  readonly values: readonly number[];
  readonly timing: Timing;
  /** The value at the upper edge. */
  readonly top: number;
  readonly unit: (value: number) => string;
  readonly thresholds?: Thresholds;
  /** Behind the newest value and the peak: "of 8 GB". */
  readonly note?: string;
  readonly parts: readonly ChartPart[];
}

export interface ChartContext {
  readonly width: number;
  /** Lines of the area. */
  readonly rows: number;
  readonly glyphs: Glyphs;
}

const INDENT = '  ';
const NAME_WIDTH = 9;
const NUMBER_WIDTH = 11;
/** Left of the area, its edge counted. */
const GUTTER = INDENT.length + NAME_WIDTH + NUMBER_WIDTH + 2;

/** A heading with the newest value and the peak, the area with its scale, and below it a line for each part. */
export function drawChart(chart: Chart, { width, rows, glyphs }: ChartContext): Segment[][] {
  const { values, unit, top, timing, parts } = chart;
  const room = Math.max(1, width - GUTTER);
  const span = spanOf(values.length, room, timing);
  const cells = (series: readonly number[]) => inCells(series, room, span);
  const drawn = area(cells(values), { width: room, rows, top }, glyphs);
  const line = (name: string, number: Segment, plot: Segment): Segment[] => [
    INDENT,
    [fit(name, NAME_WIDTH), 'quiet'],
    number,
    ' ',
    [glyphs.side, 'quiet'],
    plot,
  ];
  return [
    heading(chart, width),
    ...drawn.map((plot, i) => {
      const label = i === 0 ? unit(top) : i === rows - 1 ? unit(0) : '';
      return line(
        '',
        [fit(label, NUMBER_WIDTH, 'right'), 'quiet'],
        [plot, roleOf(chart, ((rows - i - 0.5) / rows) * top)],
      );
    }),
    ...parts.map(({ name, values: own, unknown, isBad }) => {
      const now = own.at(-1) ?? 0;
      const role = unknown !== undefined ? 'quiet' : isBad?.(now) ? 'bad' : 'plain';
      const plot: Segment = unknown === undefined ? [sparkline(cells(own), room, glyphs), 'quiet'] : '';
      return line(name, [fit(unknown ?? unit(now), NUMBER_WIDTH, 'right'), role], plot);
    }),
  ];
}

/** What is measured on the left, how high it was on the right; where both don't fit, the peak has to go. */
function heading(chart: Chart, width: number): Segment[] {
  const left: Segment[] = [INDENT, [chart.title, 'heading'], ' ', ...newest(chart)];
  const right = `peak ${chart.unit(peakOf(chart.values))}${chart.note ?? ''}`;
  const gap = width - widthOf(plainText(left)) - widthOf(right);
  return gap > 1 ? [...left, ' '.repeat(gap), [right, 'quiet']] : left;
}

/** The newest value, with the word for it where it is much. */
function newest({ values, unit, thresholds }: Chart): Segment[] {
  const now = values.at(-1);
  if (now === undefined) return [['not measured yet', 'quiet']];
  const word = wordFor(now, thresholds);
  return [
    [unit(now), word ? word.role : 'strong'],
    ...(word ? [[`, ${word.text}`, word.role] as const] : []),
  ];
}

/** A line of the area has the colour of the values in its middle. */
function roleOf({ thresholds }: Chart, value: number): Role {
  if (thresholds === undefined) return 'chart';
  if (value >= thresholds.bad[0]) return 'bad';
  return value >= thresholds.warn[0] ? 'warn' : 'chart';
}

function wordFor(value: number, thresholds: Thresholds | undefined) {
  if (thresholds === undefined) return undefined;
  const { warn, bad } = thresholds;
  if (value >= bad[0]) return { text: bad[1], role: 'bad' as const };
  return value >= warn[0] ? { text: warn[1], role: 'warn' as const } : undefined;
}

function peakOf(values: readonly number[]): number {
  return Math.max(0, ...values);
}

/** The same as a sentence. */
export function chartInWords({ title, values, unit, top, thresholds, note = '', parts }: Chart): string {
  const now = values.at(-1);
  if (now === undefined) return `${title}: not measured yet`;
  const word = wordFor(now, thresholds);
  const told = parts.map((part) => `${part.name} ${part.unknown ?? unit(part.values.at(-1) ?? 0)}`);
  return [
    `${title}: ${unit(now)}${word ? `, ${word.text}` : ''}`,
    `peak ${unit(peakOf(values))}${note}`,
    `on a scale to ${unit(top)}`,
    ...told,
  ].join(', ');
}
