import { expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../db/open.ts';
import { systemClock, wait } from '../lib/clock.ts';
import { silentLogger } from '../lib/log.ts';
import { createJobs } from './jobs.ts';

const WORKER = join(import.meta.dir, '../../test/fixtures/jobs/worker.ts');
const JOBS = 30;

test('every job is done although the process is killed in the middle, again and again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'didar-jobs-'));
  const log = join(dir, 'log');
  await Bun.write(log, '');
  const db = openDatabase(join(dir, 'didar.db'), { log: silentLogger });
  const jobs = createJobs({
    db,
    clock: systemClock,
    log: silentLogger,
    random: Math.random,
    inTransaction: (run) => run(),
    onChange: () => undefined,
    onProgress: () => undefined,
  });
  for (let n = 0; n < JOBS; n += 1) jobs.add('work', { n }, { maxAttempts: 100 });

  const lines = async () => (await Bun.file(log).text()).trimEnd().split('\n');
  const allDone = () => jobs.list({ state: 'done' }).items.length === JOBS;
  let kills = 0;
  while (!allDone()) {
    const worker = Bun.spawn([process.execPath, WORKER, join(dir, 'didar.db'), log], { stderr: 'inherit' });
    const before = (await lines()).length;
    // Killed as soon as it has done a little; the last life may finish.
    while (!allDone() && (await lines()).length < before + 14) await wait(systemClock, 2);
    worker.kill('SIGKILL');
    await worker.exited;
    kills += 1;
  }

  const ended = (await lines()).filter((line) => line.startsWith('end'));
  expect(new Set(ended).size).toBe(JOBS);
  expect(kills).toBeGreaterThan(2);
  expect(jobs.list({ state: 'running' }).items).toEqual([]);
  db.close();
  await rm(dir, { recursive: true });
}, 60_000);
