import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { DiskUsage, Usage } from '../../src/modules/usage/model.ts';
import { bar } from '../text/chart.ts';
import { clean } from '../text/clean.ts';
import { count, duration } from '../text/time.ts';
import { byteSize } from '../text/units.ts';
import { fit } from '../text/width.ts';
import type { Role } from '../theme/theme.ts';
import { pathBars } from './path-bars.ts';
import { heading, type Line, label, type ReportContext } from './report-lines.ts';

const WIDE_BAR = 16;
const NARROW_BAR = 8;
const NARROW = 70;
const LITTLE = 0.1;
const NONE = 0.05;
/** From less than this one can't tell how fast a disk fills. */
const LEAST_SAMPLES = 30;
/** What fills more slowly is nothing to be told of. */
const LONGEST_FORECAST_MS = 7 * 86_400_000;

/** How full the disks are, and when the one of the recordings would be full. */
export function diskBars(
  { disks, series }: Usage,
  { width, glyphs }: Pick<ReportContext, 'width' | 'glyphs'>,
): Line[] {
  const barWidth = width < NARROW ? NARROW_BAR : WIDE_BAR;
  return [
    heading(disks.length === 1 ? 'Disk' : 'Disks'),
    ...disks.flatMap((disk): Line[] => {
      const { holds, total, free } = disk;
      const { text, role } = stateOf(disk);
      const used = total === 0 ? 0 : 1 - free / total;
      return [
        [
          ...label(holds.length > 1 ? 'all of ours' : (holds[0] ?? '')),
          [fit(bar(used, barWidth, glyphs), barWidth), role === 'plain' ? 'chart' : role],
          ` ${Math.round(used * 100)} % full, `,
          [`${byteSize(free)} free`, role],
          [` of ${byteSize(total)}`, 'quiet'],
        ],
        [...label(''), [text, role], [forecast(disk, series), 'warn'], [clean(disk.path), 'quiet']],
      ];
    }),
  ];
}

function stateOf({ total, free }: DiskUsage): { readonly text: string; readonly role: Role } {
  if (free < total * NONE) return { text: 'nearly full  ', role: 'bad' };
  return free < total * LITTLE ? { text: 'little is left  ', role: 'warn' } : { text: '', role: 'plain' };
}

/** At the rate of the last hour. */
function forecast({ holds, free }: DiskUsage, series: Usage['series']): string {
  const values = holds.includes('recordings') ? series.diskFreeRecordings : series.diskFreeData;
  const before = values[0];
  if (before === undefined || values.length < LEAST_SAMPLES) return '';
  const filledPerMs = (before - free) / ((values.length - 1) * series.step * 1000);
  const left = free / filledPerMs;
  return filledPerMs > 0 && left < LONGEST_FORECAST_MS ? `full in ${duration(left)} at this rate  ` : '';
}

/** Who is in meetings now, by how their media travels. */
export function peopleBars({ paths, series }: NetworkHealth, context: Pick<ReportContext, 'glyphs'>): Line[] {
  const now = Object.values(paths.now).reduce((sum, people) => sum + people, 0);
  const peak = Math.max(now, ...series.participants);
  const people = count(now, 'person', 'people');
  return [
    [...heading('People'), ` ${people} in meetings`, [`, peak ${peak}`, 'quiet']],
    ...pathBars(paths, context),
  ];
}
