import '../harness/slow.ts';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { createJobs, type Jobs } from '../../src/jobs/jobs.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { silentLogger } from '../../src/lib/log.ts';
import { type ManualClock, manualClock } from '../../src/lib/manual-clock.ts';
import { createEventRepo } from '../../src/modules/events/repo.ts';
import { createEvents } from '../../src/modules/events/service.ts';
import { createRecordingRepo, type RecordingRepo } from '../../src/modules/recordings/repo.ts';
import { createUpload, UPLOAD_JOB } from '../../src/modules/recordings/upload.ts';
import { createS3, type S3 } from '../../src/recording/storage/s3.ts';
import { objectKey } from '../../src/recording/storage/settings.ts';
import { provideVersitygw } from '../fixtures/versitygw/provide.ts';
import { startVersitygw, type Versitygw } from '../fixtures/versitygw/versitygw.ts';
import { eventually } from '../harness/within.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const ID = 'rec_1';
const path = await provideVersitygw();
const title = path === undefined ? 'an upload: versitygw could not be built without Go' : 'an upload';

describe.skipIf(path === undefined)(title, () => {
  let clock: ManualClock;
  let db: Database;
  let repo: RecordingRepo;
  let jobs: Jobs;
  let gateway: Versitygw;
  let s3: S3;
  let dir: string;
  /** What is sent in whole parts, by number. */
  let parts: number[];
  /** Stands between the upload and the bucket. */
  let onPart: (number: number, bytes: Uint8Array) => void | Promise<void>;

  beforeEach(() => {
    dir = mkdtempSync(`${tmpdir()}/didar-upload-`);
    clock = manualClock();
    db = openDatabase(':memory:', { log: silentLogger });
    repo = createRecordingRepo(db);
    parts = [];
    onPart = () => undefined;
  });
  afterEach(async () => {
    await jobs.stop(1_000);
    db.close();
    await gateway.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function begin(bytes: Uint8Array, oddEtags = false): Promise<void> {
    gateway = await startVersitygw({ path: path ?? '', oddEtags });
    // The moments between tries of one request take no time here; requests are signed by the true time.
    const hurried: Clock = { ...systemClock, after: (_ms, run) => systemClock.after(0, run) };
    s3 = createS3({ settings: gateway.settings, clock: hurried });
    const watched: S3 = {
      ...s3,
      async putPart(upload, number, body, signal) {
        parts.push(number);
        await onPart(number, body);
        return s3.putPart(upload, number, body, signal);
      },
    };
    const events = createEvents({ repo: createEventRepo(db), clock });
    jobs = createJobs({
      db,
      clock,
      log: silentLogger,
      random: () => 1,
      inTransaction: events.inTransaction,
      onChange: () => undefined,
      onProgress: () => undefined,
    });
    const upload = createUpload({
      repo,
      recordings: { change: repo.update, directoryOf: () => dir },
      events,
      jobs,
      bucket: { s3: watched, keyOf: (id, file) => objectKey(gateway.settings, id, file) },
      clock,
      log: silentLogger,
    });
    jobs.register(UPLOAD_JOB, upload.kind);
    writeFileSync(`${dir}/recording.mp4`, bytes);
    const row = insertRecording(bytes);
    upload.begin(row, null);
    jobs.start();
  }

  function insertRecording(bytes: Uint8Array) {
    const row = {
      id: ID,
      roomId: null,
      roomName: 'standup',
      sessionSid: null,
      backend: 'builtin' as const,
      state: 'composing' as const,
      cause: null,
      options: {},
      startedBy: 'local',
      stoppedBy: null,
      createdAt: 0,
      startedAt: 0,
      stoppedAt: 0,
      finishedAt: null,
      duration: 0,
      bytes: bytes.length,
      parts: 1,
      progress: null,
    };
    repo.insert(row);
    repo.putFile({
      id: 'f_1',
      recordingId: ID,
      kind: 'video',
      name: 'recording.mp4',
      contentType: 'video/mp4',
      bytes: bytes.length,
      sha256: sha256(bytes),
      storage: 'local',
      location: 'recording.mp4',
      upload: null,
      createdAt: 0,
    });
    return row;
  }

  const sha256 = (bytes: Uint8Array) => new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
  const key = () => objectKey(gateway.settings, ID, 'recording.mp4');
  const job = () => jobs.list({ kind: UPLOAD_JOB }).items[0];
  const idle = () => eventually(() => job()?.state !== 'running', 'a run that is over');

  test('whose bucket is away for ten minutes in the middle completes afterwards, with the same bytes', async () => {
    const bytes = randomBytes(36 * MIB);
    let isAway = false;
    onPart = async (number) => {
      if (number !== 3 || isAway) return;
      isAway = true;
      await gateway.goAway();
    };
    await begin(bytes);
    await eventually(() => job()?.error?.code === 'bucket_unreachable', 'the bucket that is away');
    const since = clock.now();
    while (clock.now() - since < 10 * MINUTE_MS) {
      clock.advance(MINUTE_MS / 2);
      await idle();
    }
    expect(repo.get(ID)).toMatchObject({ state: 'uploading', cause: { code: 'bucket_unreachable' } });
    expect(existsSync(`${dir}/recording.mp4`)).toBe(true);

    onPart = () => undefined;
    await gateway.comeBack();
    await eventually(async () => {
      clock.advance(MINUTE_MS);
      await idle();
      return repo.get(ID)?.state === 'done';
    }, 'the end of the upload');
    expect(repo.get(ID)).toMatchObject({ cause: null, progress: null });
    expect(sha256(await s3.read(key(), 0, bytes.length - 1))).toBe(sha256(bytes));
    // What had arrived was not sent again.
    expect(parts.filter((number) => number < 3)).toEqual([1, 2]);
    expect(existsSync(dir)).toBe(false);
  });

  test('to a bucket whose ETags are no MD5 is proved by reading it back', async () => {
    const bytes = randomBytes(20 * MIB);
    await begin(bytes, true);
    await eventually(() => repo.get(ID)?.state === 'done', 'the end of the upload');
    expect(parts).toEqual([1, 2, 3]);
    expect(repo.file(ID, 'recording.mp4')).toMatchObject({ storage: 's3', location: key(), upload: null });
  });

  test.each([false, true])(
    'that arrives changed is noticed, and the file stays (ETags without MD5: %p)',
    async (oddEtags) => {
      onPart = (number, body) => {
        if (number === 2) body[0] = (body[0] ?? 0) ^ 1;
      };
      await begin(randomBytes(20 * MIB), oddEtags);
      await eventually(() => job()?.error?.code === 'bucket_checksum', 'the change to be noticed');
      expect(existsSync(`${dir}/recording.mp4`)).toBe(true);
      expect(await s3.head(key())).toBeUndefined();

      onPart = () => undefined;
      clock.advance(MINUTE_MS);
      await eventually(() => repo.get(ID)?.state === 'done', 'the end of the upload');
    },
  );

  test('of a file that changed on the disk ends at once, says so, and deletes nothing', async () => {
    onPart = () => writeFileSync(`${dir}/recording.mp4`, 'something else');
    await begin(randomBytes(20 * MIB));
    await eventually(() => job()?.state === 'queued' || job()?.state === 'failed', 'the end of a run');
    clock.advance(MINUTE_MS);
    await eventually(() => repo.get(ID)?.state === 'failed', 'a failure');
    expect(repo.get(ID)?.cause).toMatchObject({ code: 'recording_file_changed' });
    expect(job()).toMatchObject({ state: 'failed' });
    expect(existsSync(`${dir}/recording.mp4`)).toBe(true);
  });

  test('that is cancelled leaves the file here, and goes on when it is retried', async () => {
    let cancelledAt = 0;
    onPart = (number) => {
      if (number !== 2 || cancelledAt > 0) return;
      cancelledAt = number;
      jobs.cancel(job()?.id ?? '');
    };
    await begin(randomBytes(20 * MIB));
    await eventually(() => repo.get(ID)?.cause?.code === 'upload_cancelled', 'the end of the upload');
    expect(repo.get(ID)).toMatchObject({ state: 'done' });
    expect(existsSync(`${dir}/recording.mp4`)).toBe(true);
    jobs.retry(job()?.id ?? '');
    await eventually(() => repo.get(ID)?.state === 'done' && repo.get(ID)?.cause === null, 'its end');
    expect(existsSync(dir)).toBe(false);
  });
});
