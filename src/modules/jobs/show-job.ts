import type { Job as QueuedJob } from '../../jobs/job.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { Job } from './model.ts';

/** A job as the API and events tell it. */
export function showJob(job: QueuedJob): Job {
  const { id, kind, state, payload, attempts, maxAttempts, progress, error } = job;
  return {
    id,
    kind,
    state,
    payload: { ...payload },
    attempts,
    maxAttempts,
    runAt: toTimestamp(job.runAt),
    startedAt: job.startedAt === null ? null : toTimestamp(job.startedAt),
    finishedAt: job.finishedAt === null ? null : toTimestamp(job.finishedAt),
    progress,
    error: error && { ...error },
    createdAt: toTimestamp(job.createdAt),
  };
}
