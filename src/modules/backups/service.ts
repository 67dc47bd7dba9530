import { authorize } from '../../access/decide.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import type { BackupProcesses } from '../../backup/backup-process.ts';
import type { BackupSubject } from '../../backup/create-backup.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Page } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Job } from '../jobs/model.ts';
import { type BackupFileQuery, listBackupFiles } from './files.ts';
import type { BackupFile, BackupStatus } from './model.ts';

export interface BackupsDeps {
  readonly processes: BackupProcesses;
  readonly subject: (withRecordings: boolean) => BackupSubject;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly status: () => BackupStatus;
  /** Where those that the queue makes are. */
  readonly dir: string;
  /** Has the queue make one; the one that is in it already, if there is one. */
  readonly queue: (by: string) => Job;
}

export type Backups = ReturnType<typeof createBackups>;

/** Backups that someone asks for: whoever gets one has every secret of the server, so it is for admins, and told. */
export function createBackups({ processes, subject, events, status, dir, queue }: BackupsDeps) {
  let isUnderWay = false;
  return {
    /** How those that are made by themselves are doing. */
    status(principal: Principal): BackupStatus {
      authorize(principal, 'system.read');
      return status();
    },
    /** Those that are there, the newest first. */
    async files(principal: Principal, query: BackupFileQuery): Promise<Page<BackupFile>> {
      authorize(principal, 'system.read');
      return listBackupFiles(dir, query);
    },
    /** Makes one beside those that are made by themselves, and like them. */
    queue(principal: Principal): Job {
      authorize(principal, 'system.manage');
      return queue(actorOf(principal));
    },
    /** @throws DomainError `backup_running`, `backup_failed`, and those of the database */
    async make(
      principal: Principal,
      { recordings = false }: { readonly recordings?: boolean | undefined },
    ): Promise<ReadableStream<Uint8Array>> {
      authorize(principal, 'system.manage');
      if (isUnderWay) throw running();
      isUnderWay = true;
      try {
        const stream = await processes.stream({ subject: subject(recordings) });
        events.record({ kind: 'backup.created', actor: actorOf(principal), data: { recordings } });
        return stream;
      } finally {
        isUnderWay = false;
      }
    },
  };
}

const running = () =>
  new DomainError('backup_running', 'A backup is being begun already.', { fix: 'Try again in a moment.' });
