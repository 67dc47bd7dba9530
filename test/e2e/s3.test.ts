import '../harness/slow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import type { Diagnosis, Finding } from '../../src/modules/doctor/model.ts';
import type { Recording, RecordingFile } from '../../src/modules/recordings/model.ts';
import { createS3, type S3 } from '../../src/recording/storage/s3.ts';
import { provideVersitygw } from '../fixtures/versitygw/provide.ts';
import { type Relay, startRelay } from '../fixtures/versitygw/relay.ts';
import { startVersitygw, type Versitygw } from '../fixtures/versitygw/versitygw.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { attend, createRoom } from '../harness/people.ts';
import {
  recordedFor,
  recordingIs,
  showRecording,
  startRecording,
  stopRecording,
} from '../harness/recordings.ts';
import { eventually } from '../harness/within.ts';

const MIB = 1024 * 1024;
const path = await provideVersitygw();
const title = path === undefined ? 'a bucket: versitygw could not be built without Go' : 'a bucket';

describe.skipIf(path === undefined)(title, () => {
  let gateway: Versitygw;
  let relay: Relay;
  let s3: S3;
  let didar: Didar;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'didar-s3-'));
    gateway = await startVersitygw({ path: path ?? '' });
    relay = await startRelay(gateway.settings.endpoint);
    s3 = createS3({ settings: gateway.settings, clock: systemClock });
    didar = await startDidar({ config: { recording: { s3: { ...gateway.config, endpoint: relay.url } } } });
  });
  afterAll(async () => {
    await didar?.cleanUp();
    relay?.close();
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const keys = () => Array.fromAsync(s3.list(''));
  const dirOf = (id: string) => `${didar.dataDir}/recordings/${id}`;
  const stored = (id: string, { name }: RecordingFile) =>
    readFileSync(`${gateway.objects}/didar/${id}/${name}`);
  const sha256 = (bytes: Uint8Array) => new Bun.CryptoHasher('sha256').update(bytes).digest('hex');

  async function finding(id: string): Promise<Finding | undefined> {
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    return findings.find((one) => one.id === id);
  }

  /** Someone is recorded for a moment. */
  async function record(where = didar): Promise<string> {
    const room = await createRoom(where);
    const anna = await attend(where, room.name, { name: 'Anna' });
    await anna.client.publishMicrophone(440);
    const { id } = await startRecording(where, room.name, { layout: 'audio' });
    await recordedFor(where, id, 1_000);
    await stopRecording(where, id);
    await anna.client.close();
    return id;
  }

  /** Does at once what waits for the bucket. */
  async function hurry(): Promise<void> {
    const { items } = await asAdmin<{ items: { id: string }[] }>(didar, '/api/job?state=queued');
    for (const { id } of items) await asAdmin(didar, `/api/job/${id}/retry`, { method: 'POST' });
  }

  /** Starts it again with other settings of the bucket. */
  async function reconfigure(s3: Record<string, string>): Promise<void> {
    const config = JSON.parse(readFileSync(didar.configPath, 'utf8'));
    config.recording.s3 = { ...gateway.config, endpoint: relay.url, ...s3 };
    writeFileSync(didar.configPath, JSON.stringify(config));
    await didar.restart();
  }

  describe('that is there', () => {
    let done: Recording;
    beforeAll(async () => {
      done = await recordingIs(didar, await record(), 'done');
    });
    const fileUrl = ({ name }: RecordingFile) => `/api/recording/${done.id}/files/${name}`;
    const composed = () => done.files.find(({ kind }) => kind === 'audio') as RecordingFile;

    test('gets every file of a recording, unchanged, and the disk keeps none', async () => {
      expect(new Set(done.files.map(({ kind }) => kind))).toEqual(new Set(['manifest', 'track', 'audio']));
      for (const file of done.files) {
        expect(file.storage).toBe('s3');
        expect(sha256(stored(done.id, file))).toBe(file.sha256 ?? '');
      }
      expect(existsSync(dirOf(done.id))).toBe(false);
      const { items } = await asAdmin<{ items: { data: { recording: Recording } }[] }>(
        didar,
        '/api/event?kind=recording.changed',
      );
      expect(items.some(({ data }) => data.recording.state === 'uploading')).toBe(true);
    });

    test('gives its files out again through the API, in whole and in part, and each download is an event', async () => {
      const bytes = stored(done.id, composed());
      const url = `http://localhost${fileUrl(composed())}`;
      const whole = await fetch(url, { unix: didar.socket });
      expect(whole.headers.get('content-type')).toBe('audio/mp4');
      expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
      const part = await fetch(url, { unix: didar.socket, headers: { range: 'bytes=10-19' } });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
      const { items } = await asAdmin<{ items: unknown[] }>(didar, '/api/event?kind=recording.downloaded');
      expect(items).toHaveLength(2);
    });

    test('is found well by the doctor, and what belongs to no recording by name', async () => {
      expect(await finding('recording.bucket')).toMatchObject({
        state: 'ok',
        evidence: expect.stringContaining('write, read, list, list uploads, delete'),
      });
      expect(await finding('recording.orphans')).toMatchObject({ state: 'ok' });
      const stray = { key: 'didar/rec_stray/a.mkv', contentType: 'video/x-matroska', sha256: '' };
      await s3.put(stray, new Uint8Array(1));
      const begun = await s3.beginUpload({ ...stray, key: 'didar/rec_stray/b.mkv' });
      mkdirSync(dirOf('rec_strange'));
      expect(await finding('recording.orphans')).toMatchObject({
        state: 'warning',
        evidence: expect.stringMatching(
          /recordings\/rec_strange, s3:.*rec_stray\/a\.mkv, .*b\.mkv \(unfinished/,
        ),
      });
      rmSync(dirOf('rec_strange'), { recursive: true });
      await s3.abortUpload(begun);
      await s3.delete(stray.key);
      const { key, bytes } = {
        key: `didar/${done.id}/${composed().name}`,
        bytes: stored(done.id, composed()),
      };
      await s3.delete(key);
      const lost = await finding('recording.orphans');
      expect(lost).toMatchObject({ state: 'failed', evidence: expect.stringContaining(key) });
      expect(await didar.local(fileUrl(composed()))).toMatchObject({
        status: 410,
        body: { code: 'recording_file_gone' },
      });
      const { contentType, sha256: sum } = composed();
      await s3.put({ key, contentType, sha256: sum ?? '' }, new Uint8Array(bytes));
    });

    test('sends people to itself where links are wanted, from the shell too', async () => {
      await reconfigure({ downloads: 'presigned' });
      const answer = await fetch(`http://localhost${fileUrl(composed())}`, {
        unix: didar.socket,
        redirect: 'manual',
      });
      expect(answer.status).toBe(302);
      const link = new URL(answer.headers.get('location') ?? '');
      expect(link.origin).toBe(relay.url);
      expect(link.searchParams.get('X-Amz-Expires')).toBe('300');
      const { token } = await asAdmin<{ token: string }>(didar, '/api/token', {
        json: { name: 'fetch', scopes: ['read'] },
      });
      for (const [n, way] of [
        ['--socket', didar.socket],
        ['--url', didar.url],
      ].entries()) {
        const output = join(folder, `fetched-${n}.m4a`);
        const fetched = await didar.cli(['record', 'fetch', done.id, '--output', output, '--json', ...way], {
          env: { DIDAR_TOKEN: token },
        });
        expect(fetched).toMatchObject({ code: 0 });
        expect(JSON.parse(fetched.stdout)).toMatchObject({ output, sha256: composed().sha256 });
        expect(sha256(readFileSync(output))).toBe(composed().sha256 ?? '');
      }
      await reconfigure({});
    });

    test('has nothing of a recording that is deleted, and is told so later when it is away', async () => {
      await gateway.goAway();
      await asAdmin(didar, `/api/recording/${done.id}`, { method: 'DELETE' });
      expect(await didar.local(`/api/recording/${done.id}`)).toMatchObject({ status: 404 });
      await eventually(async () => {
        const { items } = await asAdmin<{ items: { error: { code: string } | null }[] }>(
          didar,
          '/api/job?kind=delete_recording',
        );
        return items[0]?.error?.code === 'bucket_unreachable';
      }, 'a deletion that waits');
      await gateway.comeBack();
      await hurry();
      await eventually(async () => (await keys()).length === 0, 'an empty bucket');
    });
  });

  test('that goes away, and a server that is killed in the middle: the upload goes on where it stopped', async () => {
    await gateway.goAway();
    relay.close();
    expect(await finding('recording.bucket')).toMatchObject({
      state: 'failed',
      evidence: expect.stringMatching(/TCP fails: .*ECONNREFUSED/),
    });
    await relay.open();
    const id = await record();
    const waiting = await eventually(async () => {
      const recording = await showRecording(didar, id);
      return recording.cause?.code === 'bucket_unreachable' && recording;
    }, 'an upload that waits');
    expect(waiting.state).toBe('uploading');
    // What is not in the bucket yet comes from the disk.
    const [first] = waiting.files;
    expect(await didar.local(`/api/recording/${id}/files/${first?.name}`)).toMatchObject({ status: 200 });
    await didar.kill9();
    await addFile(id, 'z-long.mkv', randomBytes(40 * MIB));

    await gateway.comeBack();
    const before = relay.sent;
    relay.allow(20 * MIB);
    await didar.restart();
    await eventually(() => relay.sent >= before + 20 * MIB, '20 MiB that went through');
    await didar.kill9();
    relay.allow(Number.POSITIVE_INFINITY);
    await didar.restart();
    await hurry();
    const done = await recordingIs(didar, id, 'done');
    expect(done.cause).toBeNull();
    for (const file of done.files) expect(sha256(stored(id, file))).toBe(file.sha256 ?? '');
    // Two whole parts of 8 MiB had arrived, and were not sent again.
    expect(relay.sent - before).toBeLessThan(20 * MIB + 40 * MIB - 15 * MIB);
    expect(await s3.openUploads('')).toEqual([]);
  });

  test('that has the tracks of a recording, when there was no ffmpeg, gives them back to compose', async () => {
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    const without = await startDidar({
      config: { recording: { s3: gateway.config } },
      env: { PATH: tools },
    });
    try {
      const id = await record(without);
      const tracks = await recordingIs(without, id, 'done');
      expect(tracks).toMatchObject({ cause: { code: 'ffmpeg_missing' } });
      expect(tracks.files.every(({ storage }) => storage === 's3')).toBe(true);

      for (const name of ['ffmpeg', 'ffprobe', 'nice', 'ionice', 'sh'])
        symlinkSync(Bun.which(name) ?? name, join(tools, name));
      const { items } = await asAdmin<{ items: { id: string }[] }>(
        without,
        '/api/job?kind=process_recording',
      );
      await asAdmin(without, `/api/job/${items[0]?.id}/retry`, { method: 'POST' });
      const composed = await eventually(async () => {
        const { state, cause, files } = await showRecording(without, id);
        return state === 'done' && cause === null && files;
      }, 'a recording that is composed');
      expect(new Set(composed.map(({ kind }) => kind))).toEqual(new Set(['manifest', 'track', 'audio']));
      for (const file of composed) {
        expect(file.storage).toBe('s3');
        expect(sha256(stored(id, file))).toBe(file.sha256 ?? '');
      }
    } finally {
      await without.cleanUp();
    }
  });

  test('that does not take our key: the recording says so, stays here, and goes there when it is mended', async () => {
    await reconfigure({ secretAccessKey: 'topsecret-and-wrong' });
    const id = await record();
    const waiting = await eventually(async () => {
      const recording = await showRecording(didar, id);
      return recording.cause && recording;
    }, 'a cause');
    expect(waiting).toMatchObject({ state: 'uploading', cause: { code: 'bucket_credentials' } });
    expect(waiting.cause?.fix).toContain('recording.s3.secretAccessKey');
    expect(existsSync(dirOf(id))).toBe(true);
    expect(await finding('recording.bucket')).toMatchObject({
      state: 'failed',
      key: 'recording.s3.secretAccessKey',
    });
    await reconfigure({ bucket: 'nowhere' });
    expect(await finding('recording.bucket')).toMatchObject({
      state: 'failed',
      evidence: expect.stringContaining('There is no bucket "nowhere"'),
    });
    await hurry();
    await eventually(
      async () => (await showRecording(didar, id)).cause?.code === 'bucket_missing',
      'the next cause',
    );
    expect(didar.logs()).not.toMatch(/topsecret|its-very-own-secret|AWS4-HMAC/);
    await reconfigure({});
    await hurry();
    await recordingIs(didar, id, 'done');
  });

  /** A file as if it had been recorded: writes both the disk and the row of a server that is down. */
  async function addFile(id: string, name: string, bytes: Buffer): Promise<void> {
    writeFileSync(`${dirOf(id)}/${name}`, bytes);
    const { Database } = await import('bun:sqlite');
    const db = new Database(`${didar.dataDir}/didar.db`);
    db.run(
      `insert into recording_files (id, recording_id, kind, name, content_type, bytes, sha256, storage, location, created_at)
       values ('f_long', ?, 'track', ?, 'video/x-matroska', ?, ?, 'local', ?, 0)`,
      [id, name, bytes.length, sha256(bytes), name],
    );
    db.close();
  }
});
