import { authorize } from '../../access/decide.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import type { BackupProcesses } from '../../backup/backup-process.ts';
import type { BackupSubject } from '../../backup/create-backup.ts';
import { DomainError } from '../../lib/errors.ts';
import type { EventRecorder } from '../events/events.ts';
import type { BackupStatus } from './model.ts';

export interface BackupsDeps {
  readonly processes: BackupProcesses;
  readonly subject: (withRecordings: boolean) => BackupSubject;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly status: () => BackupStatus;
}

export type Backups = ReturnType<typeof createBackups>;

/** Backups that someone asks for: whoever gets one has every secret of the server, so it is for admins, and told. */
export function createBackups({ processes, subject, events, status }: BackupsDeps) {
  let isUnderWay = false;
  return {
    /** How those that are made by themselves are doing. */
    status(principal: Principal): BackupStatus {
      authorize(principal, 'system.read');
      return status();
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
