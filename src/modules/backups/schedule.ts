import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupProcesses } from '../../backup/backup-process.ts';
import type { BackupSubject } from '../../backup/create-backup.ts';
import type { BackupConfig } from '../../config/config.ts';
import type { Job, JobKind, JobRun } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { fingerprintOf } from '../../recording/storage/fingerprint.ts';
import type { S3 } from '../../recording/storage/s3.ts';
import { uploadFile } from '../../recording/storage/upload-file.ts';
import { backupName, isBackupName, isHalfBackup } from './files.ts';
import { attemptsBefore, BACKUP_JOB, nextAttempt } from './status.ts';

const LOOK_EVERY_MS = 60_000;

/** A bucket that backups go to as well. */
export interface BackupBucket {
  readonly s3: S3;
  /** What the names of backups begin with there. */
  readonly prefix: string;
}

export interface ScheduleDeps {
  readonly config: BackupConfig;
  readonly subject: (withRecordings: boolean) => BackupSubject;
  readonly processes: Pick<BackupProcesses, 'save'>;
  readonly bucket: BackupBucket | undefined;
  readonly jobs: Pick<Jobs, 'add' | 'list'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Backups that nobody has to think of: the queue makes one every so often, and old ones are deleted after it. */
export function createBackupSchedule(deps: ScheduleDeps) {
  const { config, subject, processes, bucket, jobs, clock, log } = deps;
  const { every, dir, keep, recordings, recipients } = config;

  async function handle(job: Job, run: JobRun): Promise<void> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    // One is made at a time: what is half is nobody's any more.
    for (const half of (await readdir(dir)).filter(isHalfBackup)) await rm(join(dir, half), { force: true });
    const name = backupName(job.createdAt, recipients.length > 0);
    const path = join(dir, name);
    const { bytes } = await processes.save(
      { subject: subject(recordings), save: { path, recipients } },
      run.signal,
    );
    log.info('a backup was made', { path, bytes });
    if (bucket) await upload(bucket, { name, path, bytes }, run);
    await prune();
  }

  async function prune(): Promise<void> {
    for (const name of superfluous(await readdir(dir))) await rm(join(dir, name), { force: true });
    if (!bucket) return;
    const { s3, prefix } = bucket;
    const names = await Array.fromAsync(s3.list(prefix), (key) => key.slice(prefix.length));
    for (const name of superfluous(names)) await s3.delete(prefix + name);
  }

  /** The names tell the time, so that the oldest come first. */
  function superfluous(names: readonly string[]): string[] {
    return names.filter(isBackupName).sort().slice(0, -keep);
  }

  function look(everyMs: number): void {
    const now = clock.now();
    const [last] = attemptsBefore(now, jobs);
    if (nextAttempt(last, everyMs, now) > now) return;
    jobs.add(BACKUP_JOB, {}, { uniqueKey: BACKUP_JOB });
  }

  return {
    /** How jobs of this kind are done. */
    kind: { concurrency: 1, handler: handle } satisfies JobKind,
    /** Queues a backup whenever one is due, until the returned function is called. */
    start(): () => void {
      if (every === undefined) return () => undefined;
      look(every);
      return clock.every(LOOK_EVERY_MS, () => look(every));
    },
  };
}

async function upload(
  { s3, prefix }: BackupBucket,
  { name, path, bytes }: { readonly name: string; readonly path: string; readonly bytes: number },
  { signal, progress }: JobRun,
): Promise<void> {
  const { sha256 } = await fingerprintOf(path, undefined);
  await uploadFile(s3, {
    path,
    object: { key: prefix + name, contentType: 'application/zstd', sha256 },
    bytes,
    begun: null,
    // A backup that was cut short is made anew.
    remember: () => undefined,
    signal,
    progress: (done) => progress(done / bytes),
  });
}
