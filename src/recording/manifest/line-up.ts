import type { Sync } from './manifest.ts';

/** Over less than this, the reports' own jitter would be taken for drift; milliseconds. */
const DRIFT_SPAN_MS = 60_000;
const DRIFT_REPORTS = 8;
/** A crystal is off by less than 200 millionths; more is a fault of the reports. */
const MAX_DRIFT = 0.0005;

/**
 * Where a file begins in time, and how fast its clock runs, by its sender reports: `ntp = start + media * rate`.
 * Undefined without reports. The slope is the median over pairs of reports half of the track apart, and the start the
 * median of what then is left (Theil and Sen's way, which single wrong reports don't move).
 */
export function lineUp(
  reports: readonly Pick<Sync, 'ntp' | 'media'>[],
): { start: number; rate: number } | undefined {
  if (reports.length === 0) return undefined;
  const rate = slope(reports);
  return { start: median(reports.map(({ ntp, media }) => ntp - media * rate)), rate };
}

function slope(reports: readonly Pick<Sync, 'ntp' | 'media'>[]): number {
  const first = reports[0];
  const last = reports.at(-1);
  if (!first || !last || reports.length < DRIFT_REPORTS || last.media - first.media < DRIFT_SPAN_MS) return 1;
  const half = Math.floor(reports.length / 2);
  const slopes = reports.slice(half).flatMap((late, i) => {
    const early = reports[i];
    return early && late.media > early.media ? [(late.ntp - early.ntp) / (late.media - early.media)] : [];
  });
  const found = slopes.length === 0 ? 1 : median(slopes);
  return Math.abs(found - 1) > MAX_DRIFT ? 1 : found;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
