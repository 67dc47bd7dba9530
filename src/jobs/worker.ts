import { type Clock, wait } from '../lib/clock.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { Tracer } from '../lib/tracing/tracer.ts';
import { retryDelay, USUAL } from './backoff.ts';
import type { Job, JobError, JobKind, JobRun, Lanes } from './job.ts';
import type { JobPatch, JobRepo } from './repo.ts';

const TELL_EVERY_MS = 1_000;
/** A database that can't be written right now is tried again after this. */
const STORE_AGAIN_MS = 5_000;
/** What is due is read in pieces of this. */
const LOOKED_AT = 16;
/** A timer is never set for longer: what is due later is looked for again then. */
const LONGEST_SLEEP_MS = 60_000;

export interface WorkerDeps {
  readonly repo: JobRepo;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Stores a change of a job in one of these states and tells it; undefined when it is in another. */
  readonly change: (id: string, from: readonly Job['state'][], patch: JobPatch) => Job | undefined;
  readonly onProgress: (job: Job) => void;
  readonly tracer: Tracer;
}

export interface Worker {
  register(name: string, kind: JobKind): void;
  kindOf(job: Job): JobKind | undefined;
  /** The names of all that are registered. */
  kinds(): readonly string[];
  /** Looks for work soon: after the transaction under way, if any. */
  wake(): void;
  /** Lets what waits for a time of a clock that was wrong run now. */
  mendTimes(): void;
  /** Tells the run of this job to end; no one waits for it. */
  abort(id: string): void;
  start(): void;
  /** Tells all runs to end and waits for them for `limitMs`; their jobs are queued again. */
  stop(limitMs: number): Promise<void>;
}

/** Runs what is due, so many of a kind at once. */
export function createWorker({ repo, clock, log, random, change, onProgress, tracer }: WorkerDeps): Worker {
  const kinds = new Map<string, JobKind>();
  const runs = new Map<string, { job: Job; aborter: AbortController; ended: Promise<void> }>();
  let on = false;
  let waking = false;
  let sleepEnds: () => void = () => undefined;

  function free(name: string, kind: JobKind): number {
    return kind.concurrency - runsOf(name).length;
  }

  function runsOf(name: string): Job[] {
    return [...runs.values()].flatMap(({ job }) => (job.kind === name ? job : []));
  }

  /** What its lanes are named by that have as many as they may. */
  function fullLanes(name: string, { by, width }: Lanes): string[] {
    const lanes = Map.groupBy(runsOf(name), ({ payload }) => String(payload[by]));
    return [...lanes].flatMap(([lane, { length }]) => (length >= width ? lane : []));
  }

  function wake(): void {
    if (waking) return;
    waking = true;
    queueMicrotask(() => {
      waking = false;
      if (!on) return;
      try {
        work();
      } catch (error) {
        log.error('the queue could not be read', { error });
        sleep(STORE_AGAIN_MS);
      }
    });
  }

  function sleep(ms: number): void {
    sleepEnds();
    sleepEnds = clock.after(Math.min(ms, LONGEST_SLEEP_MS), wake);
  }

  function work(): void {
    const now = clock.now();
    for (const [name, kind] of kinds) {
      let hasMore = true;
      while (hasMore) hasMore = beginDue(name, kind, now);
    }
    const hungry = [...kinds].filter(([name, kind]) => free(name, kind) > 0).map(([name]) => name);
    const next = repo.nextDue(hungry, now);
    sleep(next === undefined ? LONGEST_SLEEP_MS : next - now);
  }

  /** Begins some of what is due; tells whether there may be more to begin. */
  function beginDue(name: string, kind: JobKind, now: number): boolean {
    const { lanes } = kind;
    const room = Math.min(free(name, kind), LOOKED_AT);
    const limit = room + runs.size;
    const full = lanes && fullLanes(name, lanes);
    const found = repo.due(name, now, limit, lanes && full && { by: lanes.by, full });
    // One that was cancelled and queued again waits until its first run has ended.
    const due = found.filter(({ id }) => !runs.has(id)).slice(0, room);
    let begun = 0;
    for (const { id, payload } of due) {
      // Those before it may have taken the last place of its lane.
      const hasPlace = !lanes || !fullLanes(name, lanes).includes(String(payload[lanes.by]));
      if (hasPlace && begin(id, kind)) begun += 1;
    }
    return begun > 0 && (begun < due.length || found.length === limit);
  }

  function mendTimes(): void {
    try {
      for (const [name, { backoff = USUAL }] of kinds) {
        const longest = Math.max(backoff.longestMs, LONGEST_SLEEP_MS);
        const pulled = repo.pullIn(name, clock.now(), longest);
        if (pulled > 0)
          log.warn('jobs waited for a time of a wrong clock, and run now', { kind: name, pulled });
      }
      wake();
    } catch (error) {
      log.error('the times of jobs could not be mended', { error });
    }
  }

  function begin(id: string, kind: JobKind): boolean {
    const waiting = repo.get(id);
    const job =
      waiting &&
      change(id, ['queued'], {
        state: 'running',
        attempts: waiting.attempts + 1,
        startedAt: clock.now(),
        progress: 0,
        error: null,
      });
    if (!job) return false;
    const aborter = new AbortController();
    const ended = run(job, kind, aborter.signal).finally(() => {
      runs.delete(id);
      wake();
    });
    runs.set(id, { job, aborter, ended });
    return true;
  }

  async function run(job: Job, kind: JobKind, signal: AbortSignal): Promise<void> {
    let patch: JobPatch;
    try {
      const attributes = { 'didar.job': job.id, 'didar.attempt': job.attempts };
      await tracer.span({ name: `job ${job.kind}`, kind: 'internal', attributes, isRoot: true }, async () =>
        kind.handler(job, { signal, progress: progressOf(job) }),
      );
      patch = { state: 'done', progress: 1, finishedAt: clock.now() };
    } catch (error) {
      patch = on ? afterFailure(job, kind, error) : again(job);
    }
    await store(job, patch);
  }

  /** Cut short by our own stop: this run does not count. */
  function again(job: Job): JobPatch {
    return { state: 'queued', attempts: job.attempts - 1, startedAt: null, progress: 0 };
  }

  function afterFailure(job: Job, kind: JobKind, thrown: unknown): JobPatch {
    const error = describe(thrown);
    const { id, attempts, maxAttempts } = job;
    const more = attempts < maxAttempts && (kind.retryable?.(thrown) ?? true);
    // What is tried again may come by the thousand where a receiver of webhooks is away: the queue tells of each.
    const level = !more ? 'warn' : kind.keepDone === false ? 'debug' : 'info';
    log[level]('a job failed', { job: id, kind: job.kind, attempt: attempts, more, error: error.message });
    if (!more) return { state: 'failed', error, finishedAt: clock.now() };
    const usual = retryDelay(attempts, random, kind.backoff);
    const runAt = clock.now() + Math.max(usual, kind.pauseAfter?.(thrown) ?? 0);
    return { state: 'queued', error, runAt, startedAt: null, progress: 0 };
  }

  /** A job that was cancelled meanwhile is no longer running, and stays as it is. */
  async function store(job: Job, patch: JobPatch): Promise<void> {
    for (;;) {
      try {
        change(job.id, ['running'], patch);
        if (patch.state === 'done' && kinds.get(job.kind)?.keepDone === false) repo.remove(job.id);
        return;
      } catch (error) {
        log.error("a job's end could not be stored", { job: job.id, error });
        // The next start finds it running, and does it again.
        if (!on) return;
        await wait(clock, STORE_AGAIN_MS);
      }
    }
  }

  function progressOf(job: Job): JobRun['progress'] {
    let toldAt = clock.now();
    return (fraction) => {
      if (clock.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = clock.now();
      const progress = Math.min(1, Math.max(0, fraction));
      try {
        const told = repo.update(job.id, ['running'], { progress });
        if (told) onProgress(told);
      } catch (error) {
        log.warn("a job's progress could not be stored", { job: job.id, error });
      }
    };
  }

  return {
    register: (name, kind) => void kinds.set(name, kind),
    kindOf: (job) => kinds.get(job.kind),
    kinds: () => [...kinds.keys()],
    wake,
    mendTimes,
    abort: (id) => runs.get(id)?.aborter.abort(new Error('the job was cancelled')),
    start() {
      on = true;
      wake();
    },
    async stop(limitMs) {
      on = false;
      sleepEnds();
      for (const { aborter } of runs.values()) {
        aborter.abort(new Error('the server stops'));
      }
      await Promise.race([Promise.all([...runs.values()].map(({ ended }) => ended)), wait(clock, limitMs)]);
    },
  };
}

function describe(thrown: unknown): JobError {
  if (!(thrown instanceof DomainError)) return { code: 'internal', message: messageOf(thrown) };
  const { code, message, fix } = thrown;
  return { code, message, ...(fix !== undefined && { fix }) };
}
