import type { BackupSubject } from './create-backup.ts';

/** What the daemon's child that makes backups is told, as one line of JSON on standard input. */
export interface BackupOrder {
  readonly subject: BackupSubject;
  /** Into this file; else to standard output. */
  readonly save?: { readonly path: string; readonly recipients: readonly string[] };
}

/** What it says about a file that it made, as one line on standard output. */
export interface BackupMade {
  readonly bytes: number;
  readonly files: number;
}

/** What it says on standard error when it can't. */
export interface BackupFault {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
}
