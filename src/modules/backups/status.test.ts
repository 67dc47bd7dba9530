import { expect, test } from 'bun:test';
import type { Job } from '../../jobs/job.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { BACKUP_JOB, createBackupStatus } from './status.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ERROR = { code: 'backup_failed', message: 'The disk is full.', fix: 'Make room.' };

function setup(every: number | null = DAY_MS) {
  const clock = manualClock();
  const known: Job[] = [];
  const status = createBackupStatus({
    config: { every: every ?? undefined, dir: '/srv/backups', toBucket: false },
    jobs: {
      list: ({ state }) => ({
        items: known.filter((job) => state === undefined || job.state === state).toReversed(),
        next: null,
      }),
    },
    clock,
  });
  function attempt(change: Partial<Job>): Job {
    const now = clock.now();
    const usual = { createdAt: now, runAt: now, finishedAt: now, error: null };
    const job = { id: `j_${known.length}`, kind: BACKUP_JOB, state: 'done', ...usual, ...change } as Job;
    known.push(job);
    return job;
  }
  return { clock, status, attempt };
}

test('without a schedule there is nothing to miss', () => {
  const { clock, status, attempt } = setup(null);
  attempt({});
  clock.advance(9 * DAY_MS);
  expect(status()).toMatchObject({ state: 'off', every: null, next: null, last: { job: 'j_0' } });
});

test('the last good one is told, and when the next is due', () => {
  const { clock, status, attempt } = setup();
  attempt({ finishedAt: clock.now() + 60_000 });
  clock.advance(HOUR_MS);
  expect(status()).toEqual({
    state: 'ok',
    every: 86_400,
    dir: '/srv/backups',
    toBucket: false,
    last: { job: 'j_0', at: '2026-01-01T00:01:00.000Z' },
    failure: null,
    next: '2026-01-02T00:00:00.000Z',
  });
});

test('one that failed is told with its cause until the next is good', () => {
  const { clock, status, attempt } = setup();
  attempt({});
  clock.advance(DAY_MS);
  attempt({ state: 'queued', runAt: clock.now() + 5_000, finishedAt: null, error: ERROR });
  expect(status()).toMatchObject({
    state: 'failed',
    last: { job: 'j_0' },
    failure: { job: 'j_1', ...ERROR },
    next: '2026-01-02T00:00:05.000Z',
  });
  attempt({});
  expect(status()).toMatchObject({ state: 'ok', last: { job: 'j_2' }, failure: null });
});

test('one that does not come about is overdue, be it the first', () => {
  const { clock, status, attempt } = setup();
  attempt({ state: 'running', finishedAt: null });
  expect(status()).toMatchObject({ state: 'ok', last: null });
  clock.advance(HOUR_MS + 1);
  expect(status().state).toBe('overdue');
  attempt({});
  clock.advance(DAY_MS + HOUR_MS + 1);
  expect(status().state).toBe('overdue');
});

test('one that was made while the clock was wrong puts nothing off', () => {
  const { clock, status, attempt } = setup();
  attempt({});
  attempt({ createdAt: clock.now() + 365 * DAY_MS });
  expect(status()).toMatchObject({ last: { job: 'j_0' }, next: '2026-01-02T00:00:00.000Z' });
});
