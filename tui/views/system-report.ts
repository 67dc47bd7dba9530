import type { LiveKitStatus, System } from '../../src/modules/system/model.ts';
import { type Chart, chartInWords, drawChart } from '../charts/chart.ts';
import { plainText } from '../components/segments.tsx';
import type { Measurements } from '../state/health.ts';
import { clean } from '../text/clean.ts';
import { livekitRole } from '../text/livekit.ts';
import { count, since } from '../text/time.ts';
import { widthOf } from '../text/width.ts';
import { field, type Line, label, type ReportContext } from './report-lines.ts';
import { diskBars, peopleBars } from './system-bars.ts';
import { machineCharts, trafficCharts } from './system-charts.ts';

const LOG_LINES = 5;
/** From here on two charts stand side by side. */
const TWO_COLUMNS = 120;
const FEWEST_ROWS = 3;
const MOST_ROWS = 10;
const MINUTE_S = 60;
const MODES: Readonly<Record<LiveKitStatus['mode'], string>> = {
  embedded: 'kept alive by didar',
  static: 'kept alive by didar, with your configuration',
  external: 'runs elsewhere',
};

export interface SystemContext extends ReportContext {
  /** Lines that are seen at once. */
  readonly height: number;
}

/** How the server and its media server are, and charts of what they use and carry. */
export function systemReport(system: System, read: Measurements | undefined, context: SystemContext): Line[] {
  const processes = processLines(system, context);
  const { charts, bars } = partsOf(system, read, context);
  const columns = context.width >= TWO_COLUMNS ? 2 : 1;
  const width = Math.floor(context.width / columns) - (columns - 1);
  const draw = (rows: number) => [
    ...charts.map((chart) => drawChart(chart, { width, rows, glyphs: context.glyphs })),
    ...bars(width),
  ];
  const laidOut = (rows: number) => inColumns(draw(rows), columns, width);
  const room = context.height - processes.length - 1;
  const spare = (room - laidOut(FEWEST_ROWS).length) / Math.ceil(charts.length / columns);
  const rows = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, FEWEST_ROWS + Math.floor(spare)));
  return [...processes, spanLine(read), ...laidOut(rows)];
}

/** The same in sentences. */
export function systemInWords(
  system: System,
  read: Measurements | undefined,
  context: SystemContext,
): string[] {
  const { charts, bars } = partsOf(system, read, context);
  const words = (line: Line) => plainText(line).replace(/\s+/g, ' ').trim();
  return [
    ...processLines(system, context).map(words),
    words(spanLine(read)),
    ...charts.map(chartInWords),
    ...bars(context.width).flat().map(words),
  ].filter(Boolean);
}

function partsOf({ livekit }: System, read: Measurements | undefined, context: ReportContext) {
  const { usage, network } = read ?? {};
  const charts: readonly Chart[] = [
    ...(usage ? machineCharts(usage, livekit.mode === 'external') : []),
    ...(network ? trafficCharts(network) : []),
  ];
  const bars = (width: number) => [
    ...(network ? [peopleBars(network, context)] : []),
    ...(usage && usage.disks.length > 0 ? [diskBars(usage, { ...context, width })] : []),
  ];
  return { charts, bars };
}

function spanLine(read: Measurements | undefined): Line {
  if (read === undefined) return [['  Reading what it uses ...', 'quiet']];
  const { usage } = read;
  if (usage === undefined)
    return [['  This server is of a version that does not tell what it uses.', 'warn']];
  const minutes = Math.ceil((usage.series.load.length * usage.series.step) / MINUTE_S);
  const span = minutes <= 1 ? 'since a moment ago' : `the last ${minutes} minutes, newest right`;
  return [[`  Measured every ${usage.series.step} s: ${span}`, 'quiet']];
}

/** Blocks below one another, or two and two side by side. */
function inColumns(blocks: readonly Line[][], columns: number, width: number): Line[] {
  const lines: Line[] = [];
  for (let i = 0; i < blocks.length; i += columns) {
    const [left = [], right = []] = blocks.slice(i, i + columns);
    const height = Math.max(left.length, right.length);
    for (let y = 0; y < height; y++) {
      const first = left[y] ?? [];
      const second = right[y];
      const gap = ' '.repeat(Math.max(0, width + 1 - widthOf(plainText(first))));
      lines.push(second ? [...first, gap, ...second] : first);
    }
    if (i + columns < blocks.length) lines.push(['']);
  }
  return lines;
}

function processLines(system: System, context: ReportContext): Line[] {
  const { version, startedAt, pid, checks, livekit } = system;
  return [
    [...label('didar'), version, [`, process ${pid}`, 'quiet'], `, up ${since(startedAt, context.now)}`],
    livekitLine(livekit, context),
    ...lastExit(livekit, context),
    ...(['database', 'data', 'clock', 'certificate'] as const).flatMap((name) => {
      const { ok, reason = 'not well', fix } = checks[name];
      if (ok) return [];
      const told = field(name, reason, context, name === 'clock' || name === 'certificate' ? 'warn' : 'bad');
      return fix === undefined ? told : [...told, ...field('fix', fix, context, 'strong')];
    }),
  ];
}

function livekitLine(
  { state, version, mode, pid, startedAt, restarts }: LiveKitStatus,
  { now }: ReportContext,
): Line {
  const process = pid === null ? '' : `, process ${pid}`;
  return [
    ...label('livekit'),
    [state, livekitRole(state)],
    ` ${version ?? ''}`,
    [process, 'quiet'],
    startedAt === null ? '' : `, up ${since(startedAt, now)}, `,
    startedAt === null ? '' : [count(restarts, 'restart'), restarts > 0 ? 'warn' : 'plain'],
    [`, ${MODES[mode]}`, 'quiet'],
  ];
}

function lastExit({ lastExit: exit }: LiveKitStatus, context: ReportContext): Line[] {
  if (exit === null) return [];
  const how = exit.signal ? `by ${exit.signal}` : `with code ${exit.code ?? '?'}`;
  const ago = since(exit.at, context.now);
  return [
    ...field('last exit', `${how}, ${ago === 'now' ? 'just now' : `${ago} ago`}`, context, 'warn'),
    ...(exit.cause
      ? [...field('cause', exit.cause.cause, context), ...field('fix', exit.cause.fix, context, 'strong')]
      : field('cause', 'not recognised; its last lines:', context)),
    ...exit.lastLines.slice(-LOG_LINES).map((line): Line => [...label(''), [clean(line), 'quiet']]),
  ];
}
