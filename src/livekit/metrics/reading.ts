import { type MetricSample, parseMetrics } from './parse-text.ts';

/** Where a count comes from: the metric, and the labels that it must have. A metric that is absent counts 0. */
type Source = readonly [metric: string, labels?: Readonly<Record<string, string>>];

const INCOMING = { direction: 'incoming' };
const OUTGOING = { direction: 'outgoing' };

/** What only ever grows while one livekit-server lives. */
const COUNTERS = {
  bytesIn: ['livekit_packet_bytes', INCOMING],
  bytesOut: ['livekit_packet_bytes', OUTGOING],
  packetsIn: ['livekit_packet_total', INCOMING],
  packetsOut: ['livekit_packet_total', OUTGOING],
  lostIn: ['livekit_packet_loss_total', INCOMING],
  lostOut: ['livekit_packet_loss_total', OUTGOING],
  nacks: ['livekit_nack_total'],
  plis: ['livekit_pli_total'],
  /** Counted when media first flows; `rtc_success` tells the same, but 1.11 does not have it. */
  joinsOk: ['livekit_session_start_time_ms_count'],
  joinsFailed: ['livekit_participant_join_total', { state: 'rtc_failure' }],
  jitterSum: ['livekit_jitter_us_sum'],
  jitterCount: ['livekit_jitter_us_count'],
  rttSum: ['livekit_rtt_ms_sum'],
  rttCount: ['livekit_rtt_ms_count'],
} as const satisfies Record<string, Source>;

const PARTICIPANTS = 'livekit_participant_total';
const WANTED = new Set<string>([PARTICIPANTS, ...Object.values(COUNTERS).map(([metric]) => metric)]);

export type Counts = Readonly<Record<keyof typeof COUNTERS, number>>;

/** What livekit's metrics say at one moment, summed over media kinds, sources and countries. */
export interface Reading {
  /** Another one for each start of livekit-server, which begins to count at 0. */
  readonly nodeId: string;
  readonly counts: Counts;
  readonly participants: number;
}

/** Jitter is in microseconds there, round trips in milliseconds. */
export function readMetrics(text: string): Reading {
  const samples = parseMetrics(text, WANTED);
  return {
    nodeId: samples.find(({ labels }) => labels.node_id !== undefined)?.labels.node_id ?? '',
    counts: countsOf((source) => sum(samples, source)),
    participants: sum(samples, [PARTICIPANTS]),
  };
}

/** What was counted from one reading to the next; everything, when another server counts now. */
export function countedSince(before: Reading | undefined, { nodeId, counts }: Reading): Counts {
  if (before === undefined || before.nodeId !== nodeId) return counts;
  return countsOf((_, name) => Math.max(0, counts[name] - before.counts[name]));
}

/** Several spans of counting as one. */
export function addedUp(spans: readonly Counts[]): Counts {
  return countsOf((_, name) => spans.reduce((total, counts) => total + counts[name], 0));
}

function countsOf(count: (source: Source, name: keyof Counts) => number): Counts {
  const entries = Object.entries(COUNTERS) as [keyof Counts, Source][];
  return Object.fromEntries(entries.map(([name, source]) => [name, count(source, name)])) as Counts;
}

function sum(samples: readonly MetricSample[], [metric, wanted = {}]: Source): number {
  const labels = Object.entries(wanted);
  return samples
    .filter(
      (sample) => sample.name === metric && labels.every(([name, value]) => sample.labels[name] === value),
    )
    .reduce((total, { value }) => total + value, 0);
}
