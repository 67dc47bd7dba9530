import '../harness/slow.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { provideEgressWorker } from '../fixtures/egress-worker/provide.ts';
import { makeSample, missingFor } from '../fixtures/egress-worker/sample.ts';
import { startWorker } from '../fixtures/egress-worker/worker.ts';
import { type LiveKit, startLiveKit } from '../fixtures/livekit.ts';
import { type Redis, startRedis } from '../fixtures/redis.ts';
import { provideVersitygw } from '../fixtures/versitygw/provide.ts';
import { startVersitygw } from '../fixtures/versitygw/versitygw.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { attend, createRoom } from '../harness/people.ts';
import { recordingIs, startRecording, stopRecording } from '../harness/recordings.ts';
import { eventually } from '../harness/within.ts';

/** What livekit-server itself takes to say that no worker answered. */
const LIVEKIT_GIVES_UP_MS = 20_000;

const workerPath = await provideEgressWorker();
const gatewayPath = await provideVersitygw();
const missing = missingFor(workerPath);
const tools = missing === '' ? '' : ` (needs ${missing})`;

describe.skipIf(missing !== '')(`recording by egress with services elsewhere${tools}`, () => {
  let folder: string;
  let redis: Redis;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(`${tmpdir()}/didar-egress-`);
    await makeSample(`${folder}/sample.mp4`);
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const sample = () => Bun.file(`${folder}/sample.mp4`).bytes();

  async function work(flags: { root?: string; url?: string } = {}): Promise<void> {
    const worker = await startWorker({
      path: workerPath ?? '',
      redisPort: redis.port,
      sample: `${folder}/sample.mp4`,
      ...flags,
    });
    ends.push(async () => {
      worker.kill('SIGKILL');
      await worker.exited;
    });
  }

  async function startMedia(config: Readonly<Record<string, unknown>> = {}): Promise<LiveKit> {
    const livekit = await startLiveKit({ config });
    ends.push(() => livekit.stop());
    return livekit;
  }

  /** Beside a livekit-server that sends it no webhooks; `through` stands between the two. */
  async function startBeside(livekit: LiveKit, through = livekit.url): Promise<Didar> {
    const { apiKey, apiSecret, wsUrl } = livekit;
    const didar = await startDidar({
      config: {
        livekit: { external: true, host: wsUrl, internalHost: through, apiKey, apiSecret },
        recording: { backend: 'egress', egress: { workerUploads: true } },
      },
    });
    ends.push(() => didar.cleanUp());
    return didar;
  }

  async function meet(didar: Didar): Promise<string> {
    const { name } = await createRoom(didar);
    const { client } = await attend(didar, name, { name: 'Anna' });
    ends.push(() => client.close());
    return name;
  }

  async function refusal(didar: Didar, room: string): Promise<{ status: number; code: string; ms: number }> {
    const started = performance.now();
    const { status, body } = await didar.local<{ code: string }>(`/api/room/${room}/recordings`, {
      method: 'POST',
    });
    return { status, code: body.code, ms: performance.now() - started };
  }

  async function fetched(didar: Didar, id: string): Promise<Uint8Array> {
    const answer = await fetch(`http://localhost/api/recording/${id}/files/recording.mp4`, {
      unix: didar.socket,
    });
    return answer.bytes();
  }

  test('a media server without Redis, and one that lets our key record nothing, are told apart', async () => {
    const livekit = await startMedia();
    const didar = await startBeside(livekit);
    expect(await refusal(didar, await meet(didar))).toMatchObject({ status: 409, code: 'egress_no_redis' });

    const proxy = Bun.serve({
      port: 0,
      async fetch(request) {
        const { pathname } = new URL(request.url);
        const headers = new Headers(request.headers);
        if (pathname.includes('livekit.Egress')) {
          headers.set(
            'authorization',
            `Bearer ${await livekit.token('any', 'nobody', { roomRecord: false })}`,
          );
        }
        const { method } = request;
        return fetch(livekit.url + pathname, { method, headers, body: await request.arrayBuffer() });
      },
    });
    ends.push(() => proxy.stop(true));
    const cutDown = await startBeside(livekit, `http://127.0.0.1:${proxy.port}`);
    expect(await refusal(cutDown, await meet(cutDown))).toMatchObject({
      status: 502,
      code: 'egress_not_permitted',
    });
  });

  test('without webhooks and without knowing the Redis, a worker is missed in time, followed by asking, and its file fetched', async () => {
    const livekit = await startMedia({ redis: { address: `127.0.0.1:${redis.port}` } });
    const didar = await startBeside(livekit);
    const room = await meet(didar);
    const refused = await refusal(didar, room);
    expect(refused).toMatchObject({ status: 503, code: 'egress_no_worker' });
    expect(refused.ms).toBeLessThan(LIVEKIT_GIVES_UP_MS);

    const uploads = Bun.serve({
      port: 0,
      fetch: (request) => new Response(Bun.file(`${folder}/uploads${new URL(request.url).pathname}`)),
    });
    ends.push(() => uploads.stop(true));
    await work({ root: `${folder}/uploads`, url: `http://127.0.0.1:${uploads.port}` });
    const { id } = await startRecording(didar, room);
    await recordingIs(didar, id, 'recording');
    await stopRecording(didar, id);
    const done = await recordingIs(didar, id, 'done');
    expect(done).toMatchObject({ cause: null, files: [{ name: 'recording.mp4', storage: 'local' }] });
    expect(await fetched(didar, id)).toEqual(await sample());
  });

  test.skipIf(gatewayPath === undefined)(
    'a worker uploads to the bucket, from which the file comes and is deleted; a wrong bucket and a dead Redis are said before (needs Go)',
    async () => {
      const gateway = await startVersitygw({ path: gatewayPath ?? '' });
      ends.push(() => gateway.stop());
      const config = (s3: Readonly<Record<string, string>>) => ({
        livekit: { redis: `127.0.0.1:${redis.port}` },
        recording: { backend: 'egress', s3 },
      });
      await work();
      const didar = await startDidar({ config: config(gateway.config) });
      ends.push(() => didar.cleanUp());
      const room = await meet(didar);
      const { id } = await startRecording(didar, room);
      await recordingIs(didar, id, 'recording');
      await stopRecording(didar, id);
      const done = await recordingIs(didar, id, 'done');
      expect(done).toMatchObject({ cause: null, files: [{ name: 'recording.mp4', storage: 's3' }] });
      expect(await fetched(didar, id)).toEqual(await sample());
      const object = `${gateway.objects}/didar/${id}/recording.mp4`;
      expect(existsSync(object)).toBe(true);
      await asAdmin(didar, `/api/recording/${id}`, { method: 'DELETE' });
      await eventually(() => !existsSync(object), 'the object to go');

      const mistaken = await startDidar({ config: config({ ...gateway.config, bucket: 'nowhere' }) });
      ends.push(() => mistaken.cleanUp());
      const other = await meet(mistaken);
      expect(await refusal(mistaken, other)).toMatchObject({ code: 'bucket_missing' });
      await redis.stop();
      expect(await refusal(didar, room)).toMatchObject({ status: 503, code: 'egress_redis_unreachable' });
    },
  );
});
