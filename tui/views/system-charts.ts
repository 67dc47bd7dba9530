import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { Usage } from '../../src/modules/usage/model.ts';
import type { Chart, ChartPart, Thresholds } from '../charts/chart.ts';
import { roundTop } from '../charts/scale.ts';
import { bitRate, byteSize, measured } from '../text/units.ts';

const MINUTE_S = 60;
const BITS = 8;
const LEAST_BITS = 100_000;
const LEAST_LOSS = 5;
const LEAST_JOINS = 5;

const CPU: Thresholds = { warn: [80, 'busy'], bad: [95, 'overloaded'] };
/** Percent of packets: from here on people hear it, and from there they leave. */
const LOSS: Thresholds = { warn: [2, 'people hear it'], bad: [5, 'calls break up'] };
const MEMORY = { warn: [0.85, 'little is left'], bad: [0.95, 'nearly full'] } as const;

const percent = (value: number) => measured(value, '%');

/** Processors and memory; nothing before the first measurement. */
export function machineCharts({ cpu, memory, series, measuredAt }: Usage, isExternal: boolean): Chart[] {
  const timing = { step: series.step, measuredAt: Date.parse(measuredAt ?? '') || 0 };
  const livekitUnknown = isExternal ? 'elsewhere' : 'away';
  const parts = (figures: NonNullable<typeof cpu | typeof memory>, of: 'cpu' | 'memory'): ChartPart[] => [
    { name: 'didar', values: series[`${of}Didar`] },
    {
      name: 'livekit',
      values: series[`${of}Livekit`],
      ...(figures.livekit === null && { unknown: livekitUnknown }),
    },
    {
      name: 'recorders',
      values: series[`${of}Workers`],
      ...(figures.workers === null && { unknown: 'not told' }),
    },
  ];
  return [
    ...(cpu
      ? [
          {
            title: 'CPU',
            values: series.cpuMachine,
            timing,
            top: 100,
            unit: percent,
            thresholds: CPU,
            note: processorsText(cpu),
            parts: parts(cpu, 'cpu'),
          },
        ]
      : []),
    ...(memory
      ? [
          {
            title: 'Memory',
            values: series.memoryUsed,
            timing,
            top: memory.total,
            unit: byteSize,
            thresholds: {
              warn: [MEMORY.warn[0] * memory.total, MEMORY.warn[1]],
              bad: [MEMORY.bad[0] * memory.total, MEMORY.bad[1]],
            } satisfies Thresholds,
            note: ` of ${byteSize(memory.total)}${memory.limitedBy === 'cgroup' ? ' allowed' : ''}`,
            parts: parts(memory, 'memory'),
          },
        ]
      : []),
  ];
}

function processorsText({ processors, quota, load }: NonNullable<Usage['cpu']>): string {
  const count = `${processors} ${processors === 1 ? 'processor' : 'processors'}`;
  const ours = quota === null ? '' : `, ${quota} of them ours`;
  return ` of ${count}${ours}${load === null ? '' : `, load ${load.toFixed(1)}`}`;
}

/** What goes over the network, what gets lost on the way, and who comes. */
export function trafficCharts({ series, measuredAt }: NetworkHealth): Chart[] {
  const timing = { step: series.step, measuredAt: Date.parse(measuredAt ?? '') || 0 };
  const traffic = (title: string, values: readonly number[]): Chart => ({
    title,
    values,
    timing,
    top: roundTop(Math.max(0, ...values) * BITS, LEAST_BITS) / BITS,
    unit: bitRate,
    parts: [],
  });
  const { packetLossIn: lostIn, packetLossOut: lostOut } = series;
  const lost = lostIn.map((value, i) => Math.max(value, lostOut[i] ?? 0));
  const perMinute = (rates: readonly number[]) => inLastMinute(rates, series.step);
  const [through, failed] = [perMinute(series.joins), perMinute(series.joinsFailed)];
  const joins = through.map((value, i) => value + (failed[i] ?? 0));
  return [
    traffic('Media in', series.bytesIn),
    traffic('Media out', series.bytesOut),
    {
      title: 'Lost packets',
      values: lost,
      timing,
      top: Math.min(100, roundTop(Math.max(0, ...lost), LEAST_LOSS)),
      unit: percent,
      thresholds: LOSS,
      parts: [
        { name: 'in', values: lostIn },
        { name: 'out', values: lostOut },
      ],
    },
    {
      title: 'Joins',
      values: joins,
      timing,
      top: roundTop(Math.max(0, ...joins), LEAST_JOINS),
      unit: (value) => measured(value, '/min'),
      parts: [
        { name: 'through', values: through },
        { name: 'failed', values: failed, isBad: (value) => value > 0 },
      ],
    },
  ];
}

/** Rates a second as how many there were in the minute before each of them. */
function inLastMinute(rates: readonly number[], step: number): number[] {
  const samples = Math.max(1, Math.round(MINUTE_S / step));
  return rates.map((_, i) => {
    const minute = rates.slice(Math.max(0, i + 1 - samples), i + 1);
    return Math.round(minute.reduce((sum, rate) => sum + rate * step, 0));
  });
}
