import { and, asc, desc, eq, inArray, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { recordingFiles, recordings } from '../../db/schema.ts';
import type { RecordingOnRecord } from '../../doctor/subject.ts';
import type { RecordingState } from '../../recording/states.ts';

export type RecordingRow = Omit<typeof recordings.$inferSelect, 'state'> & { state: RecordingState };
export type FileRow = typeof recordingFiles.$inferSelect;

export interface RecordingFilter {
  readonly room?: string;
  readonly state?: RecordingState;
}

export function createRecordingRepo({ orm }: Pick<Database, 'orm'>) {
  const row = (found: typeof recordings.$inferSelect | undefined) => found as RecordingRow | undefined;

  return {
    insert(recording: RecordingRow): void {
      orm.insert(recordings).values(recording).run();
    },

    get(id: string): RecordingRow | undefined {
      return row(orm.select().from(recordings).where(eq(recordings.id, id)).get());
    },

    update(id: string, change: Partial<RecordingRow>): RecordingRow | undefined {
      return row(orm.update(recordings).set(change).where(eq(recordings.id, id)).returning().get());
    },

    /** Newest first; ids grow with time. */
    list({ room, state }: RecordingFilter, before: string | undefined, limit: number): RecordingRow[] {
      return orm
        .select()
        .from(recordings)
        .where(
          and(
            room === undefined ? undefined : eq(recordings.roomName, room),
            state === undefined ? undefined : eq(recordings.state, state),
            before === undefined ? undefined : lt(recordings.id, before),
          ),
        )
        .orderBy(desc(recordings.id))
        .limit(limit)
        .all() as RecordingRow[];
    },

    /** The latest of a room. */
    newestIn(room: string): RecordingRow | undefined {
      const mine = orm.select().from(recordings).where(eq(recordings.roomName, room));
      return row(mine.orderBy(desc(recordings.id)).limit(1).get());
    },

    inStates(states: readonly RecordingState[]): RecordingRow[] {
      return orm
        .select()
        .from(recordings)
        .where(inArray(recordings.state, [...states]))
        .all() as RecordingRow[];
    },

    /** Finished before a moment, or stopped where the bucket is still waited for; for retention. */
    finishedBefore(at: number): RecordingRow[] {
      const isFinished = and(inArray(recordings.state, ['done', 'failed']), lt(recordings.finishedAt, at));
      const isStuck = and(eq(recordings.state, 'uploading'), lt(recordings.stoppedAt, at));
      return orm.select().from(recordings).where(or(isFinished, isStuck)).all() as RecordingRow[];
    },

    delete(id: string): void {
      orm.delete(recordings).where(eq(recordings.id, id)).run();
    },

    files(recordingId: string): FileRow[] {
      return orm
        .select()
        .from(recordingFiles)
        .where(eq(recordingFiles.recordingId, recordingId))
        .orderBy(asc(recordingFiles.name))
        .all();
    },

    file(recordingId: string, name: string): FileRow | undefined {
      return orm
        .select()
        .from(recordingFiles)
        .where(and(eq(recordingFiles.recordingId, recordingId), eq(recordingFiles.name, name)))
        .get();
    },

    /** Adds a file, or brings the row of that name up to date. */
    putFile(file: FileRow): void {
      const { bytes, sha256, storage, location, upload, contentType, kind } = file;
      orm
        .insert(recordingFiles)
        .values(file)
        .onConflictDoUpdate({
          target: [recordingFiles.recordingId, recordingFiles.name],
          set: { bytes, sha256, storage, location, upload, contentType, kind },
        })
        .run();
    },

    /** Remembers the upload under way of a file. */
    setUpload(id: string, upload: FileRow['upload']): void {
      orm.update(recordingFiles).set({ upload }).where(eq(recordingFiles.id, id)).run();
    },

    /** A file is a whole object of the bucket now. */
    moveFile(id: string, key: string): void {
      orm
        .update(recordingFiles)
        .set({ storage: 's3', location: key, upload: null })
        .where(eq(recordingFiles.id, id))
        .run();
    },

    deleteFile(id: string): void {
      orm.delete(recordingFiles).where(eq(recordingFiles.id, id)).run();
    },

    /** Every recording with what the doctor compares with the disk and the bucket. */
    onRecord(): readonly RecordingOnRecord[] {
      const { id, state } = recordings;
      const files = Map.groupBy(orm.select().from(recordingFiles).all(), ({ recordingId }) => recordingId);
      return orm
        .select({ id, state })
        .from(recordings)
        .all()
        .map(({ id, state }) => ({
          id,
          isOver: state === 'done' || state === 'failed',
          files: (files.get(id) ?? []).map(({ name, storage, location, upload }) => ({
            name,
            storage,
            location,
            upload: upload?.id ?? null,
          })),
        }));
    },

    storedBytes(recordingId: string): number {
      return (
        orm
          .select({ bytes: sql<number>`coalesce(sum(${recordingFiles.bytes}), 0)` })
          .from(recordingFiles)
          .where(eq(recordingFiles.recordingId, recordingId))
          .get()?.bytes ?? 0
      );
    },
  };
}

export type RecordingRepo = ReturnType<typeof createRecordingRepo>;
