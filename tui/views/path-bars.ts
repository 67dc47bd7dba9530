import type { NetworkHealth } from '../../src/modules/network/model.ts';
import { bar } from '../text/chart.ts';
import { fit } from '../text/width.ts';
import { type Line, label, type ReportContext } from './report-lines.ts';

const BAR_WIDTH = 16;
const PATHS = ['udp', 'tcp', 'turn-udp', 'turn-tls', 'unknown'] as const;

/** How many go each path, now and in a day; the longest bar is that of most people. */
export function pathBars(
  { now, day }: NetworkHealth['paths'],
  { glyphs }: Pick<ReportContext, 'glyphs'>,
): Line[] {
  const most = Math.max(1, ...PATHS.map((path) => now[path]));
  return PATHS.filter((path) => path !== 'unknown' || now.unknown + day.unknown > 0).map((path) => [
    ...label(path),
    [fit(bar(now[path] / most, BAR_WIDTH, glyphs), BAR_WIDTH), 'chart'],
    ` ${fit(String(now[path]), 5, 'right')} now`,
    [`  ${fit(String(day[path]), 6, 'right')} in 24 hours`, 'quiet'],
  ]);
}
