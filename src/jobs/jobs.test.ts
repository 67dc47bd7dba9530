import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type Database, openDatabase } from '../db/open.ts';
import { DomainError } from '../lib/errors.ts';
import { silentLogger } from '../lib/log.ts';
import { type ManualClock, manualClock } from '../lib/manual-clock.ts';
import { retryDelay } from './backoff.ts';
import type { Job, JobKind, JobRun } from './job.ts';
import { createJobs, type Jobs } from './jobs.ts';

let clock: ManualClock;
let db: Database;
let jobs: Jobs;
let told: string[];
let progress: number[];

function open(): Jobs {
  return createJobs({
    db,
    clock,
    log: silentLogger,
    random: () => 1,
    inTransaction: (run) => db.orm.transaction(run),
    onChange: ({ kind, state }) => told.push(`${kind} ${state}`),
    onProgress: (job) => progress.push(job.progress),
  });
}

beforeEach(() => {
  clock = manualClock();
  db = openDatabase(':memory:', { log: silentLogger });
  told = [];
  progress = [];
  jobs = open();
});
afterEach(() => db.close());

/** A process that begins what is due within a minute, and is gone without a stop: its time stands still. */
async function liveShortly(name: string, kind: JobKind): Promise<void> {
  clock = manualClock(clock.now());
  const life = open();
  life.register(name, kind);
  life.start();
  await settled();
  clock.advance(60_000);
  await settled();
}

/** Lets everything that is due and does not wait for time come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A kind whose runs wait until the test lets each one go. */
function gated(how: Partial<JobKind> = {}) {
  const runs: { job: Job; run: JobRun; end(error?: unknown): void }[] = [];
  const kind: JobKind = {
    concurrency: 1,
    handler(job, run) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      run.signal.addEventListener('abort', () => reject(run.signal.reason));
      runs.push({ job, run, end: (error) => (error === undefined ? resolve() : reject(error)) });
      return promise;
    },
    ...how,
  };
  return { kind, runs };
}

describe('the queue', () => {
  test('does what it is given, so many at a time, in order, and tells each step', async () => {
    const { kind, runs } = gated({ concurrency: 2 });
    jobs.register('compose', kind);
    for (const n of [1, 2, 3]) {
      jobs.add('compose', { n });
      clock.advance(1);
    }
    jobs.start();
    await settled();
    expect(runs.map(({ job }) => job.payload.n)).toEqual([1, 2]);
    runs[1]?.end();
    await settled();
    expect(runs.map(({ job }) => job.payload.n)).toEqual([1, 2, 3]);
    for (const { end } of runs) end();
    await settled();
    expect(jobs.list({}).items.map(({ state, progress }) => [state, progress])).toEqual(
      Array(3).fill(['done', 1]),
    );
    expect(told.slice(3, 6)).toEqual(['compose running', 'compose running', 'compose done']);
  });

  test('waits for the time that a job names', async () => {
    const { kind, runs } = gated();
    jobs.register('later', kind);
    jobs.start();
    jobs.add('later', {}, { runAt: clock.now() + 600_000 });
    await settled();
    clock.advance(599_999);
    await settled();
    expect(runs).toHaveLength(0);
    clock.advance(1);
    await settled();
    expect(runs).toHaveLength(1);
  });

  test('keeps one job of a key while it is queued or running, and takes another once it is over', async () => {
    const { kind, runs } = gated();
    jobs.register('compose', kind);
    jobs.start();
    const first = jobs.add('compose', {}, { uniqueKey: 'rec_1' });
    await settled();
    expect(jobs.add('compose', {}, { uniqueKey: 'rec_1' }).id).toBe(first.id);
    runs[0]?.end();
    await settled();
    expect(jobs.add('compose', {}, { uniqueKey: 'rec_1' }).id).not.toBe(first.id);
  });

  test('forgets a job whose transaction is rolled back', async () => {
    const { kind, runs } = gated();
    jobs.register('compose', kind);
    jobs.start();
    expect(() =>
      db.orm.transaction(() => {
        jobs.add('compose', {});
        throw new Error('no');
      }),
    ).toThrow('no');
    await settled();
    expect([jobs.list({}).items, runs]).toEqual([[], []]);
  });

  test('tells how far a job is once a second, not more', async () => {
    const { kind, runs } = gated();
    jobs.register('compose', kind);
    const { id } = jobs.add('compose', {});
    jobs.start();
    await settled();
    for (let i = 1; i <= 20; i += 1) {
      clock.advance(100);
      runs[0]?.run.progress(i / 100);
    }
    expect(progress).toEqual([0.1, 0.2]);
    expect(jobs.get(id).progress).toBe(0.2);
  });

  test('is listed newest first, by state and kind, page after page', () => {
    const ids = Array.from({ length: 5 }, (_, i) => {
      clock.advance(1);
      return jobs.add(i === 2 ? 'other' : 'compose', {}).id;
    }).reverse();
    const first = jobs.list({ limit: 3 });
    const rest = jobs.list({ limit: 3, cursor: String(first.next) });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.next).toBeNull();
    expect(jobs.list({ kind: 'other' }).items).toHaveLength(1);
    expect(jobs.list({ state: 'done' }).items).toHaveLength(0);
  });

  test('forgets finished jobs after thirty days, and keeps those that wait and the last that was done', async () => {
    jobs.register('compose', { concurrency: 1, handler: async () => undefined });
    jobs.start();
    const { id } = jobs.add('compose', {});
    await settled();
    clock.advance(1);
    const last = jobs.add('compose', {});
    await settled();
    const waiting = jobs.add('unknown', {});
    clock.advance(31 * 86_400_000);
    expect(() => jobs.get(id)).toThrow('no job');
    expect(jobs.get(last.id).state).toBe('done');
    expect(jobs.get(waiting.id).state).toBe('queued');
  });
});

describe('a job that fails', () => {
  test('is tried again with longer and longer pauses, then stands as failed with its cause and fix', async () => {
    let runs = 0;
    jobs.register('upload', {
      concurrency: 1,
      backoff: { firstMs: 1_000, longestMs: 60_000 },
      handler: () => {
        runs += 1;
        throw new DomainError('bucket_unreachable', 'No answer.', { fix: 'Look at the endpoint.' });
      },
    });
    const { id } = jobs.add('upload', {}, { maxAttempts: 3 });
    jobs.start();
    await settled();
    expect([runs, jobs.get(id).state]).toEqual([1, 'queued']);
    clock.advance(999);
    await settled();
    expect(runs).toBe(1);
    clock.advance(1);
    await settled();
    expect(runs).toBe(2);
    clock.advance(2_000);
    await settled();
    expect(jobs.get(id)).toMatchObject({
      state: 'failed',
      attempts: 3,
      error: { code: 'bucket_unreachable', message: 'No answer.', fix: 'Look at the endpoint.' },
    });
  });

  test('for a reason that time does not mend fails at once, and can be retried by hand', async () => {
    let missing = true;
    jobs.register('compose', {
      concurrency: 1,
      retryable: (error) => !(error instanceof DomainError && error.code === 'ffmpeg_missing'),
      handler: async () => {
        if (missing) throw new DomainError('ffmpeg_missing', 'ffmpeg is not installed.');
      },
    });
    const { id } = jobs.add('compose', {});
    jobs.start();
    await settled();
    expect(jobs.get(id).state).toBe('failed');
    missing = false;
    jobs.retry(id);
    await settled();
    expect(jobs.get(id)).toMatchObject({ state: 'done', attempts: 1, error: null });
    expect(() => jobs.retry(id)).toThrow('is done');
  });

  test('pauses double, never beyond the longest, and half of each is chance', () => {
    const backoff = { firstMs: 1_000, longestMs: 10_000 };
    expect([1, 2, 3, 4, 5, 1000].map((n) => retryDelay(n, () => 1, backoff))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
    expect(retryDelay(3, () => 0, backoff)).toBe(2_000);
  });
});

describe('a clock that was an hour ahead', () => {
  /** Added to the time of the test's clock. */
  let ahead = 0;
  beforeEach(() => {
    const steady = clock;
    clock = { ...steady, now: () => steady.now() + ahead };
    jobs = open();
    ahead = 3_600_000;
  });

  test.each([
    ['at once, when that is told', () => jobs.clockSet()],
    ['a minute later, when nobody told', () => clock.advance(60_000)],
    [
      'with the next start, when it was off',
      (kind: JobKind) => {
        jobs = open();
        jobs.register('upload', kind);
        jobs.start();
      },
    ],
  ])('holds up nothing after it was set right: %s', async (_when, goOn) => {
    let isWell = false;
    const did: string[] = [];
    const kind: JobKind = {
      concurrency: 2,
      async handler({ payload }) {
        if (!isWell) throw new Error('no');
        did.push(String(payload.name));
      },
    };
    jobs.register('upload', kind);
    jobs.start();
    jobs.add('upload', { name: 'failed meanwhile' });
    await settled();
    jobs.add('upload', { name: 'made meanwhile' });
    isWell = true;
    ahead = 0;
    await settled();
    expect(did).toEqual([]);
    goOn(kind);
    await settled();
    expect(did.sort()).toEqual(['failed meanwhile', 'made meanwhile']);
  });
});

describe('a job that is cancelled', () => {
  test('while it waits never runs', async () => {
    const { kind, runs } = gated();
    jobs.register('compose', kind);
    const { id } = jobs.add('compose', {});
    jobs.cancel(id);
    jobs.start();
    await settled();
    expect(runs).toHaveLength(0);
    expect(() => jobs.cancel(id)).toThrow('cancelled');
  });

  test('while it runs is told to end, gives its place away once it has, and stays cancelled', async () => {
    const { kind, runs } = gated();
    jobs.register('compose', kind);
    jobs.start();
    const { id } = jobs.add('compose', {});
    await settled();
    expect(jobs.cancel(id).state).toBe('cancelled');
    jobs.retry(id);
    await settled();
    expect(runs.map(({ run }) => run.signal.aborted)).toEqual([true, false]);
    runs[1]?.end();
    await settled();
    expect(jobs.get(id).state).toBe('done');
  });
});

describe('a stop of the server', () => {
  test('ends what runs, which goes on with the next start and has lost no attempt', async () => {
    const { kind, runs } = gated();
    jobs.register('compose', kind);
    const { id } = jobs.add('compose', {});
    jobs.start();
    await settled();
    await jobs.stop(1_000);
    expect(jobs.get(id)).toMatchObject({ state: 'queued', attempts: 0 });

    jobs = open();
    jobs.register('compose', kind);
    jobs.start();
    await settled();
    runs[1]?.end();
    await settled();
    expect(jobs.get(id).state).toBe('done');
  });

  test('a job that takes the process with it each time is given up', async () => {
    const { kind } = gated();
    const { id } = jobs.add('compose', {}, { maxAttempts: 2 });
    for (let life = 1; life <= 25; life += 1) {
      expect(jobs.get(id).state).toBe(life === 1 ? 'queued' : 'running');
      await liveShortly('compose', kind);
      expect(jobs.get(id).attempts).toBe(life);
    }
    await liveShortly('compose', kind);
    expect(jobs.get(id)).toMatchObject({ state: 'failed', error: { code: 'job_interrupted' } });
  });
});

describe('a job that is not done any more', () => {
  test.each([
    ['failed for good', 'failed'],
    ['was cancelled while it waited', 'cancelled'],
    ['was cancelled while it ran', 'cancelled'],
    ['took the process with it each time', 'failed'],
  ] as const)('because it %s: whose it is is told, once', async (how, state) => {
    const givenUp: Job[] = [];
    const { kind, runs } = gated({ onGivenUp: (job) => void givenUp.push(job) });
    jobs.register('compose', kind);
    const { id } = jobs.add('compose', {}, { maxAttempts: 1 });
    if (how !== 'was cancelled while it waited') jobs.start();
    await settled();
    if (state === 'cancelled') jobs.cancel(id);
    else if (how === 'failed for good') runs[0]?.end(new Error('no'));
    else {
      for (let life = 0; life < 25; life += 1) await liveShortly('compose', kind);
    }
    await settled();
    expect(givenUp.map((job) => [job.id, job.state])).toEqual([[id, state]]);
  });
});
