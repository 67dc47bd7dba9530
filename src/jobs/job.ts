import type { jobs } from '../db/schema.ts';

export type JobState = (typeof jobs.$inferSelect)['state'];

export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

/** A piece of work that outlives the process. Times are milliseconds since the epoch. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly uniqueKey: string | null;
  /** Runs begun, the one under way included. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Not before. */
  readonly runAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** 0 to 1. */
  readonly progress: number;
  /** Of the last run that failed. */
  readonly error: JobError | null;
  readonly createdAt: number;
}

export interface JobRun {
  /** Aborted when the job is cancelled or the server stops: end soon, and throw. */
  readonly signal: AbortSignal;
  /** 0 to 1; as often as you like, it is stored and told at most once a second. */
  progress(fraction: number): void;
}

/** How jobs of one kind are done. */
export interface JobKind {
  /** How many run at once. */
  readonly concurrency: number;
  /** How many of those whose payload says the same in one field: what is slow for one must not hold up the others. */
  readonly lanes?: Lanes;
  /**
   * Does the work. May be called again for a job that was done in part, or done just before the process was killed:
   * the second time must come to the same end.
   */
  handler(job: Job, run: JobRun): Promise<void>;
  /** Whether it may go better another time; always, when left out. */
  readonly retryable?: (error: unknown) => boolean;
  /** For how many milliseconds at least it has to wait for its next try, where the error knows; else as usual. */
  readonly pauseAfter?: (error: unknown) => number | undefined;
  /**
   * Told in the same transaction when a job will not be done any more unless someone retries it: it failed for the
   * last time, or was cancelled, also before it ever ran.
   */
  readonly onGivenUp?: (job: Job) => void;
  readonly backoff?: Backoff;
  /** Whether a job that was done stays listed; true when left out. */
  readonly keepDone?: boolean;
}

export interface Lanes {
  /** Field of the payload. */
  readonly by: string;
  readonly width: number;
}

export interface Backoff {
  /** After the first failure; twice as long after each one more. */
  readonly firstMs: number;
  readonly longestMs: number;
}
