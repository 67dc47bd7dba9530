import { type Static, t } from 'elysia';
import { oneOf, page, Timestamp } from '../../lib/schema.ts';

export const BackupRequest = t.Optional(
  t.Object(
    { recordings: t.Optional(t.Boolean({ description: 'Recordings too; false when left out.' })) },
    { additionalProperties: false },
  ),
);

export const BACKUP_STATES = ['off', 'ok', 'failed', 'overdue'] as const;

/** How the backups that are made by themselves are doing. */
export const BackupStatus = t.Object({
  /** off: none is configured; failed: none was made since an attempt failed; overdue: the last good one is too old. */
  state: oneOf(BACKUP_STATES),
  /** Seconds from one to the next; null when none is made by itself. */
  every: t.Nullable(t.Integer()),
  /** Where they go on this machine. */
  dir: t.String(),
  /** Whether they go to the bucket too. */
  toBucket: t.Boolean(),
  /** The last one that is complete everywhere where it has to be. */
  last: t.Nullable(t.Object({ job: t.String(), at: Timestamp })),
  /** The last attempt that failed after that; null when none did. */
  failure: t.Nullable(
    t.Object({
      job: t.String(),
      code: t.String(),
      message: t.String(),
      fix: t.Optional(t.String()),
    }),
  ),
  /** When the next attempt is due; in the past while it waits for its turn or is made. */
  next: t.Nullable(Timestamp),
});
export type BackupStatus = Static<typeof BackupStatus>;

/** One of the backups that are there on this machine. */
export const BackupFile = t.Object({
  name: t.String(),
  /** Where it is on this machine. */
  path: t.String(),
  bytes: t.Integer(),
  /** As of when it is. */
  at: Timestamp,
  /** For the keys of `backup.recipients`. */
  encrypted: t.Boolean(),
});
export type BackupFile = Static<typeof BackupFile>;
export const BackupFilePage = page(BackupFile);
