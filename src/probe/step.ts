import { DomainError, messageOf } from '../lib/errors.ts';
import type { Quality, Row, RowState } from './report.ts';

/** What a step found out; `state` is `ok` when not given. */
export interface Outcome {
  readonly state?: RowState;
  readonly evidence: string;
  readonly fix?: string;
  readonly quality?: Quality;
  /** Milliseconds, where the step knows better than the clock on the wall. */
  readonly ms?: number;
}

/** Takes the time of a step, and makes a row of what it returns or throws. Only faults of ours come through. */
export async function runStep(id: string, title: string, step: () => Promise<Outcome>): Promise<Row> {
  const start = performance.now();
  const row = ({
    state = 'ok',
    evidence,
    fix = null,
    quality,
    ms,
  }: Omit<Outcome, 'fix'> & { fix?: string | null }): Row => ({
    id,
    title,
    state,
    ms: round(ms ?? performance.now() - start),
    evidence,
    fix,
    ...(quality && { quality }),
  });
  try {
    return row(await step());
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return row({ state: 'failed', evidence: messageOf(error), fix: error.fix ?? null });
  }
}

/** A tenth of a millisecond is as much as a network's times mean. */
export function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
