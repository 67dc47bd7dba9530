import type { Trouble } from '../trouble.ts';

/** The machine below: its disk as the database sees it, its clock, its processors. */
export const MACHINE_TROUBLES: readonly Trouble[] = [
  {
    id: 'database-busy',
    signatures: [/database is locked|SQLITE_BUSY|\bdatabase_busy\b/],
    title: 'Another program holds the database',
    cause: 'It has an open transaction on didar.db: a shell, a backup script, a second tool.',
    fix: 'End it ("fuser -v <data>/didar.db" names it). Didar waits, answers 503 to what has to be written, and goes on by itself.',
    key: 'data',
  },
  {
    id: 'database-read-only',
    signatures: [/attempt to write a readonly database|SQLITE_READONLY|\bdatabase_read_only\b/],
    title: 'The database can be read but not written',
    cause: 'Its file or directory belongs to another user, or lies on a disk that became read-only.',
    fix: 'Give <data> with all that is in it to the user that runs didar, on a writable mount; "dmesg" tells whether the disk has faults.',
    key: 'data',
  },
  {
    id: 'database-damaged',
    signatures: [/database disk image is malformed|file is not a database|\bdatabase_(?:corrupt|foreign)\b/],
    title: 'The database is damaged, or is not one',
    cause: 'The disk lost or changed what was written, or something else was put in its place.',
    fix: 'Stop didar, keep a copy of didar.db and of the -wal file beside it, and put a backup in its place.',
    key: 'data',
  },
  {
    id: 'data-dir-unwritable',
    signatures: [/\bdata_dir_(?:forbidden|unwritable)\b|may not write to the data directory/],
    title: 'The data directory takes no files',
    cause: 'It belongs to another user, is mounted read-only, or its disk is full.',
    fix: 'chown it to the user that runs didar, mount it writable, or make room; Didar goes on by itself.',
    key: 'data',
  },
  {
    id: 'backup-failed',
    signatures: [
      /\bbackup_failed\b/,
      /a job failed\b.{0,80}\bmake_backup\b/,
      /backups? (?:failed|is overdue)/i,
    ],
    title: 'Backups are not made',
    cause:
      'Their directory cannot be written, its disk is full, the bucket refuses, or the queue is held up.',
    fix: '"didar job list --state failed" tells what was tried; mend that, then "didar job retry ID". backup.dir is better on a disk of its own.',
    key: 'backup.dir',
  },
  {
    id: 'clock-jumped',
    signatures: [/the clock (?:of this machine )?was set (?:forward|back) by (\d+ s)/],
    title: 'The clock jumped',
    cause: 'It was set while Didar ran, or the machine slept: tokens made before may not hold.',
    fix: 'Let a time server set it ("timedatectl set-ntp true"); if it is right now, nothing is to be done. People join again with fresh tokens.',
  },
  {
    id: 'cpu-short',
    signatures: [/(?:cpu|processor) (?:is )?(?:overloaded|exhausted|saturated)|\b100 ?% cpu\b/i],
    title: 'The processors are all busy',
    cause:
      'Meetings, composing of recordings or other programs take all of them: media comes late or not at all.',
    fix: 'See what takes them ("top"); give the machine more, compose at another size (recording.width), or move other programs away.',
    key: 'recording.width',
  },
];
