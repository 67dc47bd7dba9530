import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { Segment } from '../components/segments.tsx';
import { sparkline } from '../text/chart.ts';
import { bitRate, measured } from '../text/units.ts';
import { fit } from '../text/width.ts';
import type { Glyphs } from '../theme/glyphs.ts';

const LABEL_WIDTH = 12;
const NUMBER_WIDTH = 12;
/** What stands right of a chart. */
const BESIDE = LABEL_WIDTH + 2 * NUMBER_WIDTH + 16;
const WIDEST = 60;
const NARROWEST = 10;
const MINUTE_S = 60;
/** From here on people hear it. */
const MUCH_LOSS = 2;

interface Chart {
  readonly name: string;
  readonly values: readonly number[];
  readonly unit: (value: number) => string;
  /** A value that is a trouble. */
  readonly isBad?: (value: number) => boolean;
}

/** What went over the network in the last hour; each chart is as high as its own peak, which stands beside it. */
export function charts(
  { series }: NetworkHealth,
  { width, glyphs }: { readonly width: number; readonly glyphs: Glyphs },
): Segment[][] {
  const chartWidth = Math.max(NARROWEST, Math.min(WIDEST, width - BESIDE));
  const lost = {
    unit: (value: number) => measured(value, '%'),
    isBad: (value: number) => value >= MUCH_LOSS,
  };
  const all: readonly Chart[] = [
    { name: 'in', values: series.bytesIn, unit: bitRate },
    { name: 'out', values: series.bytesOut, unit: bitRate },
    { name: 'lost in', values: series.packetLossIn, ...lost },
    { name: 'lost out', values: series.packetLossOut, ...lost },
    { name: 'people', values: series.participants, unit: String },
    { name: 'joins', values: series.joins.map((rate) => rate * MINUTE_S), unit: (n) => measured(n, '/min') },
  ];
  const minutes = Math.round((series.bytesIn.length * series.step) / MINUTE_S);
  const span = minutes > 0 ? ` (the last ${minutes} minutes)` : '';
  return [
    [[`  Traffic${span}`, 'heading']],
    ...all.map(({ name, values, unit, isBad }): Segment[] => {
      const now = values.at(-1) ?? 0;
      return [
        '  ',
        [fit(name, LABEL_WIDTH), 'quiet'],
        [sparkline(values, chartWidth, glyphs), 'chart'],
        [` ${fit(unit(now), NUMBER_WIDTH, 'right')}`, isBad?.(now) ? 'bad' : 'plain'],
        [`  peak ${unit(Math.max(0, ...values))}`, 'quiet'],
      ];
    }),
  ];
}
