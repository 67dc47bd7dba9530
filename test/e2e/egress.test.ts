import '../harness/slow.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Finding } from '../../src/doctor/diagnose.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { provideEgressWorker } from '../fixtures/egress-worker/provide.ts';
import { makeSample, missingFor } from '../fixtures/egress-worker/sample.ts';
import { startWorker, type WorkerOptions } from '../fixtures/egress-worker/worker.ts';
import { type Redis, startRedis } from '../fixtures/redis.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom } from '../harness/people.ts';
import type { Running } from '../harness/process.ts';
import { within } from '../harness/within.ts';

const PREFLIGHT_LIMIT_MS = 5_000;
const REACH_LIMIT_MS = 40_000;

const workerPath = await provideEgressWorker();
const missing = missingFor(workerPath);
const tools = missing === '' ? '' : ` (needs ${missing})`;

describe.skipIf(missing !== '')(`recording by egress${tools}`, () => {
  let folder: string;
  let redis: Redis;
  let didar: Didar;
  let room: Room;
  let anna: Attendee;
  const workers: Running[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(`${tmpdir()}/didar-egress-`);
    await makeSample(`${folder}/sample.mp4`);
    redis = await startRedis();
    const dir = `${folder}/shared`;
    mkdirSync(dir);
    chmodSync(dir, 0o775);
    didar = await startDidar({
      config: {
        livekit: { redis: `127.0.0.1:${redis.port}` },
        recording: { backend: 'egress', dir, egress: { dir } },
      },
    });
  });
  afterAll(async () => {
    await didar?.cleanUp();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    room = await createRoom(didar);
    anna = await attend(didar, room.name, { name: 'Anna' });
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.kill('SIGKILL');
      await worker.exited;
    }
    await anna?.client.close();
  });

  async function work(options: Partial<WorkerOptions> = {}): Promise<Running> {
    const worker = await startWorker({
      path: workerPath ?? '',
      redisPort: redis.port,
      sample: `${folder}/sample.mp4`,
      root: '/',
      ...options,
    });
    workers.push(worker);
    return worker;
  }
  const start = () => asAdmin<Recording>(didar, `/api/room/${room.name}/recordings`, { method: 'POST' });
  const stop = (id: string) => asAdmin<Recording>(didar, `/api/recording/${id}/stop`, { method: 'POST' });
  const reached = (id: string, state: Recording['state']) =>
    within(
      REACH_LIMIT_MS,
      async () => {
        const recording = await asAdmin<Recording>(didar, `/api/recording/${id}`);
        return recording.state === state && recording;
      },
      `a recording that is ${state}`,
    );

  /** The refusal of a start, which has to come long before livekit-server itself gives up. */
  async function refusal(): Promise<{ status: number; code: string; fix: string }> {
    const started = performance.now();
    const { status, body } = await didar.local<{ code: string; fix: string }>(
      `/api/room/${room.name}/recordings`,
      { method: 'POST' },
    );
    expect(performance.now() - started).toBeLessThan(PREFLIGHT_LIMIT_MS);
    return { status, code: body.code, fix: body.fix };
  }
  async function finding(): Promise<Finding | undefined> {
    const { findings } = await asAdmin<{ findings: Finding[] }>(didar, '/api/system/doctor', {
      method: 'POST',
    });
    return findings.find(({ id }) => id === 'recording.egress');
  }

  test('a worker records until it is stopped, and its file is here', async () => {
    await work();
    expect(await finding()).toMatchObject({ state: 'ok' });
    const { id, backend } = await start();
    expect(backend).toBe('egress');
    expect(await reached(id, 'recording')).toMatchObject({ cause: null, parts: 1 });
    expect((await asAdmin<Room>(didar, `/api/room/${room.name}`)).recording).toMatchObject({ id });
    await stop(id);
    const done = await reached(id, 'done');
    const sample = Bun.file(`${folder}/sample.mp4`);
    expect(done).toMatchObject({
      cause: null,
      bytes: sample.size,
      files: [{ name: 'recording.mp4', kind: 'video', bytes: sample.size, storage: 'local' }],
    });
    expect(done.startedAt).not.toBeNull();
    const file = await fetch(`http://localhost/api/recording/${id}/files/recording.mp4`, {
      unix: didar.socket,
    });
    expect(Bun.hash(await file.arrayBuffer())).toBe(Bun.hash(await sample.arrayBuffer()));
  });

  test('without a worker, or with one that has no CPU to spare, it is said at once which of them it is', async () => {
    expect(await refusal()).toMatchObject({ status: 503, code: 'egress_no_worker' });
    expect(await finding()).toMatchObject({ state: 'failed', trouble: 'no-egress-worker' });
    await work({ behave: 'busy' });
    expect(await refusal()).toMatchObject({ status: 503, code: 'egress_worker_busy' });
    expect(await finding()).toMatchObject({ state: 'failed', trouble: 'egress-cpu' });
    expect((await asAdmin<Room>(didar, `/api/room/${room.name}`)).recording).toBeNull();
  });

  test('a request that the worker does not take is refused with its words, and leaves a recording that failed', async () => {
    await work({ behave: 'refuse' });
    const answer = await didar.local<{ detail: string }>(`/api/room/${room.name}/recordings`, {
      method: 'POST',
    });
    expect(answer.status).toBe(502);
    expect(answer.body.detail).toContain('unsupported output');
    const { items } = await asAdmin<{ items: Recording[] }>(didar, `/api/recording?room=${room.name}`);
    expect(items).toMatchObject([{ state: 'failed', files: [] }]);
  });

  test('a worker that fails on the way says why', async () => {
    await work({ behave: 'fail' });
    const { id } = await start();
    const { cause } = await reached(id, 'failed');
    expect(cause).toMatchObject({ code: 'egress_failed' });
    expect(cause?.message).toContain('Start signal not received');
  });

  test('a worker that dies is noticed, although livekit-server goes on telling that it records', async () => {
    const worker = await work();
    const { id } = await start();
    await reached(id, 'recording');
    worker.kill('SIGKILL');
    expect((await reached(id, 'failed')).cause).toMatchObject({ code: 'egress_worker_lost' });
    expect((await asAdmin<Room>(didar, `/api/room/${room.name}`)).recording).toBeNull();
  });

  test('a file that is on the disk of another machine is told with its path there', async () => {
    await work({ root: `${folder}/elsewhere` });
    const { id } = await start();
    await reached(id, 'recording');
    await stop(id);
    const { cause } = await reached(id, 'failed');
    expect(cause).toMatchObject({ code: 'egress_local_path' });
    expect(cause?.message).toContain(`${folder}/shared/${id}/recording.mp4`);
  });

  test('a restart of didar takes up what a worker goes on recording', async () => {
    await work();
    const { id } = await start();
    await reached(id, 'recording');
    await didar.kill9();
    await didar.restart();
    expect(await asAdmin<Recording>(didar, `/api/recording/${id}`)).toMatchObject({ state: 'recording' });
    await stop(id);
    await reached(id, 'done');
  });
});
