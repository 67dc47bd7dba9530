import type { Clock } from '../../lib/clock.ts';
import { createRing } from '../../lib/ring.ts';
import { addedUp, type Counts, countedSince, type Reading } from './reading.ts';

export const SAMPLE_EVERY_MS = 10_000;
const KEPT_SAMPLES = 360;
/** Quality is that of the last minute: what people hear now, yet not one packet's luck. */
const QUALITY_SAMPLES = 6;
const MICROSECONDS = 1_000;

const COLUMNS = [
  'bytesIn',
  'bytesOut',
  'packetLossIn',
  'packetLossOut',
  'joins',
  'joinsFailed',
  'participants',
] as const;

export interface Quality {
  /** Percent of packets. */
  readonly lossIn: number | null;
  readonly lossOut: number | null;
  /** Milliseconds. */
  readonly jitter: number | null;
  readonly rtt: number | null;
  /** Per second. */
  readonly nacks: number | null;
  readonly plis: number | null;
}

export interface MetricsHistory {
  /** When livekit's metrics were read last, in milliseconds since the epoch; undefined before the first time. */
  readonly measuredAt: number | undefined;
  /** Since the sampler began, through all restarts of livekit. */
  readonly joins: { readonly ok: number; readonly failed: number };
  readonly quality: Quality;
  /** Seconds between samples. */
  readonly step: number;
  /** Oldest first, at most an hour; rates per second, losses in percent. */
  readonly series: Readonly<Record<(typeof COLUMNS)[number], number[]>>;
}

export interface SamplerOptions {
  readonly clock: Clock;
  /** Undefined where there is nothing to read now; a rejection counts as that too. */
  readonly read: () => Promise<Reading | undefined>;
  /** Joins that failed so far, for a livekit whose metrics don't count them; undefined where they do. */
  readonly failedJoins?: () => number | undefined;
}

/** Reads livekit's counters every ten seconds and turns them into rates. */
export function createMetricsSampler({ clock, read, failedJoins }: SamplerOptions) {
  const ring = createRing(COLUMNS, KEPT_SAMPLES);
  let latest: Reading | undefined;
  let measuredAt: number | undefined;
  let joins = { ok: 0, failed: 0 };
  let failedBefore = 0;
  let recent: { readonly counts: Counts; readonly seconds: number }[] = [];
  let sampling: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  async function sample(): Promise<void> {
    const reading = await read().catch(() => undefined);
    if (reading === undefined) {
      recent = [];
      // A gap has its place in time too. Before the first reading there is no history to have gaps.
      if (measuredAt !== undefined) ring.push(NOTHING);
      return;
    }
    const now = clock.now();
    const counts = countedSince(latest, reading);
    const seconds = Math.max(1, now - (measuredAt ?? now - SAMPLE_EVERY_MS)) / 1000;
    latest = reading;
    measuredAt = now;
    joins = { ok: joins.ok + counts.joinsOk, failed: joins.failed + counts.joinsFailed };
    const failed = failedJoins?.();
    const newlyFailed = failed === undefined ? counts.joinsFailed : failed - failedBefore;
    failedBefore = failed ?? failedBefore;
    recent = [...recent, { counts, seconds }].slice(-QUALITY_SAMPLES);
    ring.push({
      bytesIn: counts.bytesIn / seconds,
      bytesOut: counts.bytesOut / seconds,
      packetLossIn: percent(counts.lostIn, counts.packetsIn + counts.lostIn) ?? 0,
      packetLossOut: percent(counts.lostOut, counts.packetsOut) ?? 0,
      joins: counts.joinsOk / seconds,
      joinsFailed: newlyFailed / seconds,
      participants: reading.participants,
    });
  }

  const once = () => {
    sampling ??= sample().finally(() => {
      sampling = undefined;
    });
    return sampling;
  };

  return {
    /** Reads now. Never rejects. */
    sample: once,
    history: (): MetricsHistory => ({
      measuredAt,
      joins,
      quality: qualityOf(recent),
      step: SAMPLE_EVERY_MS / 1000,
      series: ring.columns(),
    }),
    start(): void {
      cancel ??= clock.every(SAMPLE_EVERY_MS, () => void once());
    },
    stop(): void {
      cancel?.();
      cancel = undefined;
    },
  };
}

export type MetricsSampler = ReturnType<typeof createMetricsSampler>;

const NOTHING = Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Record<
  (typeof COLUMNS)[number],
  number
>;

function qualityOf(recent: readonly { readonly counts: Counts; readonly seconds: number }[]): Quality {
  const counts = addedUp(recent.map((span) => span.counts));
  const seconds = recent.reduce((total, span) => total + span.seconds, 0);
  const average = (sum: number, count: number, unit = 1) => (count > 0 ? sum / count / unit : null);
  const perSecond = (count: number) => (seconds > 0 ? count / seconds : null);
  return {
    lossIn: percent(counts.lostIn, counts.packetsIn + counts.lostIn),
    lossOut: percent(counts.lostOut, counts.packetsOut),
    jitter: average(counts.jitterSum, counts.jitterCount, MICROSECONDS),
    rtt: average(counts.rttSum, counts.rttCount),
    nacks: perSecond(counts.nacks),
    plis: perSecond(counts.plis),
  };
}

/** Losses are reported later than the packets are counted: never above 100. */
function percent(part: number, whole: number): number | null {
  return whole > 0 ? Math.min(100, (part / whole) * 100) : null;
}
