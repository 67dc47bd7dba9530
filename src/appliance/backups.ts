import { createBackupProcesses } from '../backup/backup-process.ts';
import { subjectOf } from '../backup/subject.ts';
import type { Config, Secrets } from '../config/config.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { type BackupBucket, createBackupSchedule } from '../modules/backups/schedule.ts';
import { createBackups } from '../modules/backups/service.ts';
import { BACKUP_JOB, createBackupStatus } from '../modules/backups/status.ts';
import type { Events } from '../modules/events/service.ts';
import { showJob } from '../modules/jobs/show-job.ts';
import { createS3 } from '../recording/storage/s3.ts';
import { s3Settings } from '../recording/storage/settings.ts';

export interface BackupServicesDeps {
  readonly config: Config;
  readonly configPath: string | undefined;
  readonly version: string;
  readonly secrets: Secrets;
  readonly events: Events;
  readonly jobs: Jobs;
  /** What starts this program again: for what packs, which is a process of its own. */
  readonly selfCommand: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Backups, put together: those that someone asks for, and those that are made every so often. */
export function backupServices(deps: BackupServicesDeps) {
  const { config, configPath, version, secrets, events, jobs, env, clock, log } = deps;
  const processes = createBackupProcesses({
    command: deps.selfCommand,
    env: { PATH: env.PATH ?? '', HOME: env.HOME ?? '' },
  });
  const subject = (withRecordings: boolean) => subjectOf({ config, configPath, version, withRecordings });
  const bucket = bucketOf(config, secrets, clock);
  const schedule = createBackupSchedule({
    config: config.backup,
    subject,
    processes,
    bucket,
    jobs,
    clock,
    log,
  });
  jobs.register(BACKUP_JOB, schedule.kind);
  const status = createBackupStatus({ config: config.backup, jobs, clock });
  return {
    backups: createBackups({
      processes,
      subject,
      events,
      status,
      dir: config.backup.dir,
      queue: (by) => showJob(jobs.add(BACKUP_JOB, {}, { uniqueKey: BACKUP_JOB, by })),
    }),
    /** When the last one was made by itself, when the next is due, and what is wrong. */
    status,
    /** Begins the schedule, until the returned function is called. */
    start: schedule.start,
    /** Ends what is being packed. */
    stop: processes.stop,
  };
}

/** Where backups go besides the disk. */
function bucketOf(config: Config, secrets: Secrets, clock: Clock): BackupBucket | undefined {
  const settings = config.backup.toBucket ? s3Settings(config.recording.s3, secrets.s3) : undefined;
  return settings && { s3: createS3({ settings, clock }), prefix: `${settings.prefix}backups/` };
}
