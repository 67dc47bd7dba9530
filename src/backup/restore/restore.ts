import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataDir, openDataDir } from '../../config/data-dir.ts';
import { lockForDaemon } from '../../config/data-dir-lock.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { toTimestamp } from '../../lib/schema.ts';
import { type BackupHeader, type BackupSummary, DATABASE_NAME } from '../contents.ts';
import { readArchive } from '../read-archive.ts';
import { carryOut, finishRestore, type Step } from './carry-out.ts';
import { checkDatabase } from './check-database.ts';
import { isTaken, type Place } from './place.ts';
import { planRestore, writePlan } from './plan.ts';
import { openStage, type Stage } from './stage.ts';

export interface RestoreOptions {
  readonly stream: ReadableStream<Uint8Array>;
  readonly placeFor: (header: BackupHeader) => Place;
  /** Whether data that is there is put aside; else it is an error. */
  readonly replace: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** For tests. */
  readonly step?: Step;
}

export interface Restored extends BackupSummary {
  readonly place: Place;
  /** Where what was there before is now. */
  readonly keptAside: readonly string[];
  /** Where the configuration of the backup is now; undefined when it had none. */
  readonly configPath: string | undefined;
  /** Rows of each table, after the migrations of this didar. */
  readonly rows: Readonly<Record<string, number>>;
  readonly schema: number;
}

export interface Rehearsed extends Omit<Restored, 'keptAside' | 'configPath'> {
  /** Whether there is data that only `replace` would put aside. */
  readonly isTaken: boolean;
}

/**
 * Puts a backup in place of what is in the data directory. All of it is unpacked beside that and proved first, its
 * database migrated; up to there nothing is changed. From then on it is completed by whoever comes next, should this
 * process end.
 *
 * @throws DomainError `data_dir_locked` while a server runs there, `restore_not_empty`, `restore_unfinished`, and those of `readArchive`
 *   and `checkDatabase`
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { stream, placeFor, replace, clock, log, step } = options;
  const undo: (() => Promise<void>)[] = [];
  let opened: { readonly place: Place; readonly stage: Stage; readonly dataDir: DataDir } | undefined;
  let isPlanned = false;
  try {
    const summary = await readArchive(stream, {
      async onHeader(header) {
        const place = placeFor(header);
        const dataDir = await openDataDir(place.dataDir);
        const lock = await lockForDaemon(dataDir, { pid: process.pid });
        undo.push(() => lock.release());
        await finishRestore(dataDir, place.recordingDir, { log });
        if (!replace && (await isTaken(place))) throw notEmpty(place);
        const stage = await openStage(place);
        // What is planned is needed until it is done.
        undo.push(async () => (isPlanned ? undefined : stage.discard()));
        opened = { place, stage, dataDir };
      },
      onPiece: async (name, piece, isFirst) => opened?.stage.write(name, piece, isFirst),
    });
    if (!opened) throw new Error('a backup without a header was read to its end');
    const { place, stage, dataDir } = opened;
    await stage.close();
    const facts = checkDatabase(join(stage.data, DATABASE_NAME), summary.header, log);
    const aside = `before-restore-${toTimestamp(clock.now()).replace(/[^\dTZ]/g, '')}`;
    const plan = await planRestore(stage, place, aside);
    await writePlan(dataDir.restorePlan, plan);
    isPlanned = true;
    await carryOut(plan, dataDir, step);
    return { ...summary, ...facts, place, keptAside: plan.keptAside, configPath: plan.config?.to };
  } finally {
    for (const back of undo.reverse()) await back();
  }
}

/** Does all that `restore` does, but with a copy that is thrown away; recordings are read, but not stored. */
export async function rehearse({
  stream,
  placeFor,
  log,
}: Pick<RestoreOptions, 'stream' | 'placeFor' | 'log'>): Promise<Rehearsed> {
  const scratch = await mkdtemp(join(tmpdir(), 'didar-restore-'));
  const stage = await openStage({ dataDir: scratch, recordingDir: scratch, configPath: undefined });
  try {
    const summary = await readArchive(stream, {
      onPiece: async (name, piece, isFirst) => {
        if (name === DATABASE_NAME) await stage.write(name, piece, isFirst);
      },
    });
    await stage.close();
    const place = placeFor(summary.header);
    const facts = checkDatabase(join(stage.data, DATABASE_NAME), summary.header, log);
    return { ...summary, place, ...facts, isTaken: await isTaken(place) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const notEmpty = ({ dataDir }: Place) =>
  new DomainError('restore_not_empty', `there is a server's data in ${dataDir} already`, {
    fix: 'give --replace to put it aside (it is kept), or name another directory with --data',
  });
