import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { assembleConfig } from '../../config/assemble.ts';
import type { BackupConfig } from '../../config/config.ts';
import type { Job } from '../../jobs/job.ts';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import type { S3 } from '../../recording/storage/s3.ts';
import { type BackupBucket, createBackupSchedule } from './schedule.ts';

const HOUR_MS = 3_600_000;

describe('backups that are made by themselves', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(`${tmpdir()}/didar-schedule-`);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function open(config: Partial<BackupConfig>, bucket?: BackupBucket) {
    const clock = manualClock();
    const queued: Job[] = [];
    const schedule = createBackupSchedule({
      config: { ...assembleConfig(new Map(), dir).backup, dir, ...config },
      subject: () => ({}) as never,
      processes: {
        async save({ save: { path } }) {
          writeFileSync(path, 'a backup');
          return { bytes: 8, files: 1 };
        },
      },
      bucket,
      jobs: {
        list: () => ({ items: queued.toReversed(), next: null }),
        add(kind) {
          const job = { id: `j_${queued.length}`, kind, createdAt: clock.now() } as Job;
          queued.push(job);
          return job;
        },
      },
      clock,
      log: silentLogger,
    });
    const run = (job: Job) =>
      schedule.kind.handler(job, { signal: new AbortController().signal, progress: () => undefined });
    return { clock, queued, schedule, run };
  }

  test('there are none unless it is configured how often', () => {
    const { clock, queued, schedule } = open({});
    schedule.start();
    clock.advance(48 * HOUR_MS);
    expect(queued).toEqual([]);
  });

  test('one is made at the start and then every so often, also over restarts', () => {
    const { clock, queued, schedule } = open({ every: 6 * HOUR_MS });
    const stop = schedule.start();
    clock.advance(HOUR_MS);
    stop();
    schedule.start();
    expect(queued).toHaveLength(1);
    clock.advance(12 * HOUR_MS);
    expect(queued).toHaveLength(3);
  });

  test('one that was made while the clock was a year ahead does not keep the next ones back', () => {
    const { clock, queued, schedule } = open({ every: HOUR_MS });
    queued.push({ id: 'j_wrong', createdAt: clock.now() + 8_760 * HOUR_MS } as Job);
    schedule.start();
    clock.advance(HOUR_MS);
    expect(queued).toHaveLength(3);
  });

  test('the newest stay, on the disk and in the bucket, and what is not ours too', async () => {
    const { s3, objects } = memoryS3();
    objects.set('x/backups/mine.txt', { bytes: 1, md5: '' });
    const { clock, queued, schedule, run } = open({ every: HOUR_MS, keep: 2 }, { s3, prefix: 'x/backups/' });
    writeFileSync(`${dir}/night.tar.zst`, 'made by hand');
    schedule.start();
    clock.advance(4 * HOUR_MS);
    for (const job of queued) await run(job);
    const kept = readdirSync(dir).sort();
    expect(kept).toHaveLength(3);
    expect(kept).toContain('night.tar.zst');
    expect([...objects.keys()].sort()).toEqual(
      [...kept.filter((name) => name !== 'night.tar.zst'), 'mine.txt']
        .map((name) => `x/backups/${name}`)
        .sort(),
    );
  });

  test('what earlier processes left half is thrown away, and nothing else', async () => {
    const { queued, schedule, run } = open({ every: HOUR_MS, keep: 2 });
    const others = ['didar-20260101T000000.tar.zst', 'notes.0123456789ab.tmp', 'didar-2026.0123456789ab.tmp'];
    const half = ['didar-20260102T000000.tar.zst', 'didar-20260102T000000.tar.zst.age'];
    for (const name of others) writeFileSync(`${dir}/${name}`, 'not ours');
    for (const name of half) writeFileSync(`${dir}/${name}.0123456789ab.tmp`, 'half a backup');
    schedule.start();
    for (const job of queued) await run(job);
    expect(
      readdirSync(dir)
        .filter((name) => name.endsWith('.tmp'))
        .sort(),
    ).toEqual(others.slice(1).sort());
  });

  test('an encrypted one says so in its name', async () => {
    const { queued, schedule, run } = open({ every: HOUR_MS, recipients: ['age1x'] });
    schedule.start();
    for (const job of queued) await run(job);
    expect(readdirSync(dir)).toEqual([expect.stringMatching(/^didar-\d{8}T\d{6}\.tar\.zst\.age$/)]);
  });
});

function memoryS3() {
  const objects = new Map<string, { bytes: number; md5: string }>();
  const s3: Pick<S3, 'put' | 'head' | 'list' | 'delete'> = {
    async put({ key }, body) {
      objects.set(key, { bytes: body.length, md5: createHash('md5').update(body).digest('hex') });
    },
    async head(key) {
      const object = objects.get(key);
      return object && { bytes: object.bytes, etag: object.md5, sha256: null };
    },
    async *list(prefix) {
      for (const key of [...objects.keys()]) if (key.startsWith(prefix)) yield key;
    },
    async delete(key) {
      objects.delete(key);
    },
  };
  return { s3: s3 as S3, objects };
}
