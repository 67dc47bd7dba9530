import type { Job } from '../../src/modules/jobs/model.ts';
import type { Role } from '../theme/theme.ts';
import { duration } from './time.ts';

/** Work of the queue, in people's words. */
const KINDS: Readonly<Record<string, string>> = {
  process_recording: 'finish a recording',
  upload_recording: 'upload a recording',
  delete_recording: 'delete from the bucket',
  deliver_webhook: 'deliver events',
  make_backup: 'back up',
};

export function jobKind(kind: string): string {
  return KINDS[kind] ?? kind.replaceAll('_', ' ');
}

/** Deliveries are on record themselves: the server forgets their jobs once they are done. */
export function isForgotten({ kind, state }: Job): boolean {
  return kind === 'deliver_webhook' && state === 'done';
}

export function isOver({ state }: Job): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** `running 42 %`, `queued`, `retrying`: queued again after it failed. */
export function jobState({ state, progress, error }: Job): string {
  if (state === 'running') return progress > 0 ? `running ${Math.round(progress * 100)} %` : state;
  return state === 'queued' && error !== null ? 'retrying' : state;
}

export function jobRole({ state, error }: Job): Role {
  if (state === 'failed') return 'bad';
  if (state === 'running') return 'good';
  if (state === 'queued') return error === null ? 'plain' : 'warn';
  return 'quiet';
}

/** More than people would count: such a job ends by its age. */
const COUNTED_TRIES = 1_000;

/** `2 of 5`; `7` where there is no limit to speak of. */
export function jobTries({ attempts, maxAttempts }: Job): string {
  return maxAttempts > COUNTED_TRIES ? String(attempts) : `${attempts} of ${maxAttempts}`;
}

/** When it runs next: `now`, `in 12 m`; empty for what does not wait. */
export function jobNext({ state, runAt }: Job, now: number): string {
  return state === 'queued' ? untilText(runAt, now) : '';
}

/** `now`, `in 12 m`. */
export function untilText(timestamp: string, now: number): string {
  const left = Date.parse(timestamp) - now;
  return left <= 0 ? 'now' : left < 60_000 ? 'in < 1 m' : `in ${duration(left)}`;
}
