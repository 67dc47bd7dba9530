import { afterEach, beforeEach, expect, test } from 'bun:test';
import type { Principal } from '../access/principal.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import { silentLogger } from '../lib/log.ts';
import { manualClock } from '../lib/manual-clock.ts';
import { jobRoutes } from '../modules/jobs/routes.ts';
import { createHandler, type Handle } from './handler.ts';

const CLIENT = { address: '198.51.100.7', transport: 'tcp', secure: true } as const;
const clock = manualClock();
let db: Database;
let jobs: Jobs;
let principal: Principal;
let handle: Handle;

beforeEach(() => {
  db = openDatabase(':memory:', { log: silentLogger });
  jobs = createJobs({
    db,
    clock,
    log: silentLogger,
    random: () => 0,
    inTransaction: (run) => db.orm.transaction(run),
    onChange: () => undefined,
    onProgress: () => undefined,
  });
  principal = { kind: 'local' };
  handle = createHandler({
    authenticate: () => principal,
    log: silentLogger,
    clock,
    modules: [jobRoutes({ jobs })],
  });
});
afterEach(() => db.close());

async function ask(method: string, path: string) {
  const response = await handle(new Request(`http://localhost/api/job${path}`, { method }), CLIENT);
  return { status: response.status, body: await response.json() };
}

test('an admin sees what is queued, cancels it and has it tried again', async () => {
  const { id } = jobs.add('process_recording', { recording: 'rec_1' });
  expect(await ask('GET', '?state=queued&limit=10')).toMatchObject({
    status: 200,
    body: { items: [{ id, kind: 'process_recording', payload: { recording: 'rec_1' } }], next: null },
  });
  expect((await ask('POST', `/${id}/cancel`)).body).toMatchObject({ id, state: 'cancelled' });
  expect(await ask('POST', `/${id}/cancel`)).toMatchObject({ status: 409, body: { code: 'job_finished' } });
  expect((await ask('POST', `/${id}/retry`)).body).toMatchObject({ id, state: 'queued', finishedAt: null });
  expect((await ask('GET', `/${id}`)).body).toMatchObject({ id, state: 'queued' });
  expect(await ask('GET', '/j_none')).toMatchObject({ status: 404, body: { code: 'job_not_found' } });
});

test('nobody else sees or touches jobs', async () => {
  const { id } = jobs.add('process_recording', {});
  principal = { kind: 'user', userId: 'u_1', role: 'user', name: 'Ada', loginId: 'l_1' };
  for (const [method, path] of [
    ['GET', ''],
    ['GET', `/${id}`],
    ['POST', `/${id}/cancel`],
    ['POST', `/${id}/retry`],
  ] as const) {
    expect(await ask(method, path)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  }
  expect(jobs.get(id).state).toBe('queued');
});
