import type { BackupConfig } from '../../config/config.ts';
import type { Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Clock } from '../../lib/clock.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { BackupStatus } from './model.ts';

export const BACKUP_JOB = 'make_backup';
/** A backup that is due takes its time; after this much more it should be there. */
const GRACE_MS = 3_600_000;
const LOOKED_AT = 100;

export interface BackupStatusDeps {
  readonly config: Pick<BackupConfig, 'every' | 'dir' | 'toBucket'>;
  readonly jobs: Pick<Jobs, 'list'>;
  readonly clock: Clock;
}

/** Tells when the last backup was made by itself, when the next one is due, and what is wrong. */
export function createBackupStatus({ config, jobs, clock }: BackupStatusDeps): () => BackupStatus {
  const { every, dir, toBucket } = config;

  return () => {
    const [done] = attemptsBefore(clock.now(), jobs, { state: 'done' });
    const [newest] = attemptsBefore(clock.now(), jobs);
    const failed = newest && newest.id !== done?.id && newest.error ? newest : undefined;
    const next = every === undefined ? undefined : nextAttempt(newest, every, clock.now());
    return {
      state: state(done, failed, newest),
      every: every === undefined ? null : every / 1000,
      dir,
      toBucket,
      last: done ? { job: done.id, at: toTimestamp(done.finishedAt ?? done.createdAt) } : null,
      failure: failed?.error ? { job: failed.id, ...failed.error } : null,
      next: next === undefined ? null : toTimestamp(next),
    };
  };

  function state(
    done: Job | undefined,
    failed: Job | undefined,
    newest: Job | undefined,
  ): BackupStatus['state'] {
    if (every === undefined) return 'off';
    if (failed) return 'failed';
    // Before the first one is complete: since when one is waited for.
    const since = done ? done.createdAt + every : newest?.createdAt;
    return since !== undefined && since + GRACE_MS < clock.now() ? 'overdue' : 'ok';
  }
}

/** Newest first. One from a time that is still to come was made while the clock was wrong, and tells nothing. */
export function attemptsBefore(
  now: number,
  jobs: Pick<Jobs, 'list'>,
  filter: { readonly state?: Job['state'] } = {},
): Job[] {
  const { items } = jobs.list({ kind: BACKUP_JOB, limit: LOOKED_AT, ...filter });
  return items.filter(({ createdAt }) => createdAt <= now);
}

/** When the next backup is due after this one; `now` where there was none. Milliseconds since the epoch. */
export function nextAttempt(newest: Job | undefined, everyMs: number, now: number): number {
  if (!newest) return now;
  return newest.state === 'queued' || newest.state === 'running' ? newest.runAt : newest.createdAt + everyMs;
}
