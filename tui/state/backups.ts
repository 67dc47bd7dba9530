import type { Clock } from '../../src/lib/clock.ts';
import type { BackupFile, BackupStatus } from '../../src/modules/backups/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Api } from '../api/client.ts';
import { createList, type List } from './list.ts';
import { type Order, oldest, text } from './orders.ts';
import { createWatched, type Watched } from './watched.ts';
import type { World } from './world.ts';

const REFRESH_MS = 60_000;

/** The backups that are there, and how those that are made by themselves are doing. */
export interface Backups extends Pick<Watched<BackupFile>, 'trouble' | 'isRead' | 'watch' | 'refresh'> {
  readonly list: List<BackupFile>;
  /** Undefined until it was read. */
  readonly status: BackupStatus | undefined;
  /** The one that is being made, as far as was told. */
  readonly underWay: Job | undefined;
}

export interface BackupsOptions {
  readonly api: Pick<Api, 'backups'>;
  readonly world: World;
  readonly clock: Clock;
  readonly changed: () => void;
}

export function createBackups({ api, world, clock, changed }: BackupsOptions): Backups {
  let status: BackupStatus | undefined;
  let underWay: Job | undefined;
  const watched = createWatched<BackupFile>({
    world,
    clock,
    changed,
    idOf: ({ name }) => name,
    async read() {
      const told = await api.backups();
      status = told.status;
      return told.files;
    },
    told({ kind, data }) {
      const job = kind === 'job.changed' ? (data.job as Job | undefined) : undefined;
      if (job?.kind !== 'make_backup') return undefined;
      underWay = job.state === 'running' || job.state === 'queued' ? job : undefined;
      changed();
      return 'read';
    },
    everyMs: REFRESH_MS,
  });
  const list = createList({
    source: watched.items,
    compare: BACKUP_ORDERS[0].compare,
    textOf: ({ name, at, encrypted }) => `${name} ${at} ${encrypted ? 'encrypted' : ''}`,
  });

  return {
    list,
    get status() {
      return status;
    },
    get underWay() {
      return underWay;
    },
    get trouble() {
      return watched.trouble;
    },
    get isRead() {
      return watched.isRead;
    },
    watch: watched.watch,
    refresh: watched.refresh,
  };
}

export const BACKUP_ORDERS = [
  { id: 'age', label: 'made, newest first', compare: (a, b) => oldest(b.at, a.at) },
  { id: 'size', label: 'size, largest first', compare: (a, b) => b.bytes - a.bytes },
  { id: 'encrypted', label: 'encrypted first', compare: (a, b) => Number(b.encrypted) - Number(a.encrypted) },
  { id: 'name', label: 'name', compare: (a, b) => text(a.name, b.name) },
] as const satisfies readonly Order<BackupFile>[];
