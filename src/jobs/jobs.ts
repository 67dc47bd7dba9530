import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Logger } from '../lib/log.ts';
import { idOf, type Page, pageOf } from '../lib/schema.ts';
import { noTracer, type Tracer } from '../lib/tracing/tracer.ts';
import type { Job, JobKind } from './job.ts';
import { createJobRepo, type JobFilter, type JobPatch } from './repo.ts';
import { createWorker } from './worker.ts';

const USUAL_ATTEMPTS = 5;
/**
 * A process that ends in the middle of a job is seldom the job's fault: so often it is begun again, more and more
 * slowly. One that takes the process with it each time must not do so for ever.
 */
const MOST_INTERRUPTED = 25;
const INTERRUPTED_AT_ONCE = 2;
const LONGEST_INTERRUPTED_PAUSE_MS = 60_000;
const MAX_QUEUED = 10_000;
const KEPT_MS = 30 * 86_400_000;
const KEPT_FINISHED = 2_000;
const PRUNE_EVERY_MS = 3_600_000;
/** Nobody may have told that the clock was set, as while the server was off. */
const MEND_TIMES_EVERY_MS = 60_000;
/** Who changes a job that nobody asked about. */
const SERVER = 'server';

export interface AddOptions {
  /** A job with this key that is queued or running already is the one that is returned. */
  readonly uniqueKey?: string;
  /** Not before; milliseconds since the epoch. */
  readonly runAt?: number;
  /** 5 when left out. */
  readonly maxAttempts?: number;
  /** Who asks for it; the server itself when left out. */
  readonly by?: string;
}

/** Work that must be done although the process may die in the middle of it. */
export interface Jobs {
  /** Says how jobs of a kind are done; before `start`. */
  register(kind: string, how: JobKind): void;
  /** The kinds that are registered. */
  kinds(): readonly string[];
  /** Stores a job, within the caller's transaction if there is one. Throws `queue_full` beyond 10,000 that wait. */
  add(kind: string, payload: Readonly<Record<string, unknown>>, options?: AddOptions): Job;
  /** Throws `job_not_found`. */
  get(id: string): Job;
  /** Newest first. */
  list(query: JobFilter & { readonly cursor?: string; readonly limit?: number }): Page<Job>;
  /** `by`: who asks, the server itself when left out. Takes it out of the queue, or tells its run to end. Throws `job_not_found`, `job_finished`. */
  cancel(id: string, by?: string): Job;
  /** Runs a failed or cancelled job again, or a waiting one now. Throws `job_not_found`, `job_not_retryable`. */
  retry(id: string, by?: string): Job;
  /** Queues again what a killed process left running, and begins. */
  start(): void;
  /** To be called when the clock was set: what waits for a time of the wrong one would wait for long. */
  clockSet(): void;
  /** Ends what runs, within `limitMs`; it is queued again and goes on with the next start. */
  stop(limitMs: number): Promise<void>;
}

export interface JobsDeps {
  readonly db: Pick<Database, 'orm'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1, for the pauses between attempts. */
  readonly random: () => number;
  /** Runs writes, and what is told in them, as one SQLite transaction. */
  readonly inTransaction: <T>(run: () => T) => T;
  /** Told of each change of state, in its transaction; `before` is left out where the job is new. */
  readonly onChange: (job: Job, by: string, before?: Job) => void;
  /** Told at most once a second of a job that gets on. */
  readonly onProgress: (job: Job) => void;
  /** Follows each run; nothing is followed when left out. */
  readonly tracer?: Tracer;
}

/**
 * The one durable queue. Ours rather than a library's, because a job, its event and what it stands for are written
 * in one transaction of one database: liteque and plainjob open their own tables, know neither cancelling nor
 * progress, and take time from the system; bunqueue is a server with a file of its own.
 */
export function createJobs(deps: JobsDeps): Jobs {
  const { clock, log, inTransaction, onChange, onProgress } = deps;
  const repo = createJobRepo(deps.db);
  const worker = createWorker({
    repo,
    clock,
    log,
    random: deps.random,
    change,
    onProgress,
    tracer: deps.tracer ?? noTracer,
  });
  let ends: (() => void)[] = [];

  function change(id: string, from: readonly Job['state'][], patch: JobPatch, by = SERVER): Job | undefined {
    return inTransaction(() => {
      const before = repo.get(id);
      const job = repo.update(id, from, patch);
      if (!job) return undefined;
      onChange(job, by, before);
      if (job.state === 'failed' || job.state === 'cancelled') worker.kindOf(job)?.onGivenUp?.(job);
      return job;
    });
  }

  function get(id: string): Job {
    const job = repo.get(id);
    if (!job) throw new DomainError('job_not_found', `There is no job ${id}.`);
    return job;
  }

  function recover(): void {
    for (const job of repo.running()) {
      const { id, kind, attempts, maxAttempts } = job;
      log.warn('a job was cut short by the end of an earlier process', { job: id, kind, attempts });
      if (attempts < Math.max(maxAttempts, MOST_INTERRUPTED)) {
        change(id, ['running'], {
          state: 'queued',
          startedAt: null,
          progress: 0,
          runAt: clock.now() + interruptedPause(attempts),
          maxAttempts: Math.max(maxAttempts, attempts + 1),
        });
      } else change(id, ['running'], { state: 'failed', finishedAt: clock.now(), error: INTERRUPTED });
    }
  }

  return {
    register: worker.register,
    kinds: worker.kinds,
    get,

    add(kind, payload, options = {}) {
      const same = options.uniqueKey === undefined ? undefined : repo.activeWith(options.uniqueKey);
      if (same) return same;
      if (repo.countQueued() >= MAX_QUEUED) throw full();
      const now = clock.now();
      const job: Job = {
        id: newId('j', now),
        kind,
        state: 'queued',
        payload,
        uniqueKey: options.uniqueKey ?? null,
        attempts: 0,
        maxAttempts: options.maxAttempts ?? USUAL_ATTEMPTS,
        runAt: options.runAt ?? now,
        startedAt: null,
        finishedAt: null,
        progress: 0,
        error: null,
        createdAt: now,
      };
      inTransaction(() => {
        repo.insert(job);
        onChange(job, options.by ?? SERVER);
      });
      worker.wake();
      return job;
    },

    list({ cursor, limit = 100, ...filter }) {
      const found = repo.list(filter, cursor, limit + 1);
      return pageOf(found, limit, (row) => row, idOf);
    },

    cancel(id, by) {
      const { state } = get(id);
      const job = change(id, ['queued', 'running'], { state: 'cancelled', finishedAt: clock.now() }, by);
      if (!job) throw new DomainError('job_finished', `Job ${id} is over: ${state}.`);
      worker.abort(id);
      return job;
    },

    retry(id, by) {
      const { state, uniqueKey } = get(id);
      const other = uniqueKey === null ? undefined : repo.activeWith(uniqueKey);
      if (other && other.id !== id) {
        throw new DomainError('job_not_retryable', `Job ${other.id} does the same already.`);
      }
      const job = change(
        id,
        ['failed', 'cancelled', 'queued'],
        {
          state: 'queued',
          attempts: 0,
          runAt: clock.now(),
          startedAt: null,
          finishedAt: null,
          progress: 0,
        },
        by,
      );
      if (!job) throw new DomainError('job_not_retryable', `Job ${id} is ${state}.`);
      worker.wake();
      return job;
    },

    start() {
      const prune = () => repo.prune(clock.now() - KEPT_MS, KEPT_FINISHED);
      recover();
      prune();
      ends = [clock.every(PRUNE_EVERY_MS, prune), clock.every(MEND_TIMES_EVERY_MS, worker.mendTimes)];
      worker.mendTimes();
      worker.start();
    },

    clockSet: worker.mendTimes,

    async stop(limitMs) {
      for (const end of ends) end();
      await worker.stop(limitMs);
    },
  };
}

const INTERRUPTED = {
  code: 'job_interrupted',
  message: 'The server ended in the middle of it each time.',
  fix: "Look into the server's log for why, then retry the job.",
};

function interruptedPause(attempts: number): number {
  if (attempts <= INTERRUPTED_AT_ONCE) return 0;
  return Math.min(LONGEST_INTERRUPTED_PAUSE_MS, 2 ** attempts * 500);
}

function full(): DomainError {
  return new DomainError('queue_full', `${MAX_QUEUED} jobs are waiting already.`, {
    fix: 'Look at GET /api/job for what fails, and cancel or retry it.',
  });
}
