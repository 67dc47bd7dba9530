import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { authorize, decide, type RoomFacts } from '../../access/decide.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import type { RecordingConfig } from '../../config/config.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { idOf, type Page, pageOf } from '../../lib/schema.ts';
import { ACTIVE_STATES, type RecordingState } from '../../recording/states.ts';
import type { EventRecorder } from '../events/events.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Cause } from './active-recording.ts';
import type {
  BackendName,
  Ongoing,
  RecordedRoom,
  RecordingBackend,
  RecordingEnd,
} from './backends/backend.ts';
import type { DiskGuard } from './disk-guard.ts';
import { removeEmptyDirectories } from './empty-directories.ts';
import {
  diskFull,
  fileNotFound,
  nobodyThere,
  noRoomOnDisk,
  notFound,
  notRunning,
  running,
  stillNeeded,
  TOO_LONG,
  unwritable,
} from './errors.ts';
import type { Recording, RecordingOptions } from './model.ts';
import type { FileRow, RecordingRepo, RecordingRow } from './repo.ts';
import { showRecording } from './show.ts';

export const PROCESS_JOB = 'process_recording';
const LOOK_EVERY_MS = 1_000;
/** A database that can't be written right now is tried again after this. */
const STORE_AGAIN_MS = 5_000;
const TELL_PROGRESS_EVERY_MS = 5_000;
/** A change of one of these is an event; anything else is progress. */
const TOLD = ['state', 'cause', 'startedAt', 'stoppedBy'] as const;
/** An upload may last for days, while its bucket is away: it ends with its recording. */
const DELETABLE_STATES: readonly RecordingState[] = ['uploading', 'done', 'failed'];

export interface RecordingsDeps {
  readonly repo: RecordingRepo;
  readonly events: EventRecorder;
  readonly jobs: Pick<Jobs, 'add'>;
  readonly live: LiveState;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: RecordingConfig;
  readonly disk: DiskGuard;
  readonly backends: Readonly<Record<BackendName, RecordingBackend>>;
  /** Throws `room_not_found` for a room that the principal can't know of. */
  readonly visible: (
    principal: Principal,
    room: string,
  ) => { readonly row: RecordedRoom; readonly facts: RoomFacts };
  readonly byName: (room: string) => RecordedRoom | undefined;
  /** Throws while the media server is away. */
  readonly assertMedia: () => void;
  /** Queues the deletion of what is not on this disk, in the caller's transaction. */
  readonly removeObjects: (row: RecordingRow, files: readonly FileRow[]) => void;
  /** Tells the people in the room that they are recorded, or are no more. */
  readonly announce: (room: string, isRecorded: boolean) => void;
}

/** Starting, stopping, listing and deleting recordings; what is under way is in memory, its states in the database. */
export function createRecordings(deps: RecordingsDeps) {
  const { repo, events, jobs, live, clock, log, config, disk, backends } = deps;
  const active = new Map<
    string,
    { readonly id: string; readonly ongoing: Ongoing; readonly release: () => void }
  >();
  const starting = new Set<string>();
  const toldAt = new Map<string, number>();

  const show = (row: RecordingRow): Recording => showRecording(row, repo.files(row.id));

  /** Stores a change and tells of it; progress alone is told now and then, and not stored as an event. */
  function change(id: string, what: Partial<RecordingRow>, actor = 'server'): RecordingRow | undefined {
    const isProgress = TOLD.every((key) => what[key] === undefined);
    if (isProgress) {
      const row = repo.update(id, what);
      const now = clock.now();
      if (row && now - (toldAt.get(id) ?? 0) >= TELL_PROGRESS_EVERY_MS) {
        toldAt.set(id, now);
        events.publish({
          kind: 'recording.changed',
          actor,
          room: row.roomName,
          data: { recording: show(row) },
        });
      }
      return row;
    }
    return events.inTransaction(() => {
      const earlier = repo.get(id);
      const before = earlier ? show(earlier) : null;
      const row = repo.update(id, what);
      if (row) tell(row, actor, before);
      return row;
    });
  }

  function tell(row: RecordingRow, actor: string, before: Recording | null): void {
    const recording = show(row);
    const data = { recording };
    events.record({ kind: 'recording.changed', actor, room: row.roomName, data, before, after: recording });
  }

  function store(row: RecordingRow): void {
    events.inTransaction(() => {
      repo.insert(row);
      tell(row, row.startedBy, null);
    });
  }

  function get(id: string): RecordingRow {
    const row = repo.get(id);
    if (!row) throw notFound(id);
    return row;
  }

  /** The recording, if this principal may see it. Who isn't signed in learns that first, not which there are. */
  function readable(principal: Principal, id: string): RecordingRow {
    if (principal.kind === 'anyone') authorize(principal, 'recordings.read');
    const row = get(id);
    mayRead(principal, row.roomName);
    return row;
  }

  function mayRead(principal: Principal, room: string): void {
    const facts = deps.byName(room) ? deps.visible(principal, room).facts : {};
    // A member whom the room lets record sees what was recorded there.
    if (principal.kind === 'user' && decide(principal, 'room.record', facts)) return;
    authorize(principal, 'recordings.read');
  }

  /** Hands a recording to its backend, and watches over it. */
  function follow(row: RecordingRow, how: 'begin' | 'resume'): Ongoing {
    const { id, roomName } = row;
    const backend = backends[row.backend];
    let isOver = false;
    /** What could not be stored yet: a full disk must cost neither the recording nor its end. */
    let unsaved: Partial<RecordingRow> = {};
    function keep(what: Partial<RecordingRow>): void {
      unsaved = { ...unsaved, ...what };
      try {
        change(id, unsaved);
        unsaved = {};
      } catch (error) {
        log.warn('a change of a recording could not be stored yet', {
          recording: id,
          error: messageOf(error),
        });
      }
    }
    const ongoing = backend[how]({
      row,
      room: deps.byName(roomName),
      dir: directoryOf(id),
      onChange(what) {
        keep(what);
        // A room that livekit made anew after a restart knows nothing of it.
        if (what.state === 'recording') deps.announce(roomName, true);
      },
      onOver(end) {
        isOver = true;
        active.get(roomName)?.release();
        deps.announce(roomName, false);
        over(row, end, { ...unsaved, stoppedAt: clock.now() });
      },
    });
    if (isOver) return ongoing;
    const left = Math.max(0, row.createdAt + config.maxDuration - clock.now());
    const releases = [
      clock.after(left, () => void ongoing.stop(TOO_LONG)),
      ...(backend.fillsDisk ? [guardDisk(ongoing)] : []),
    ];
    active.set(roomName, { id, ongoing, release: () => releases.forEach((release) => void release()) });
    return ongoing;
  }

  const guardDisk = (ongoing: Ongoing) =>
    disk.watch((state, free) => {
      log.warn('the disk of the recordings gets full', { state, free, dir: config.dir });
      if (state === 'full') void ongoing.stop(diskFull(config.dir, free));
    });

  /**
   * Nothing is recorded any more: what there is goes through the queue. Until that is stored, the recording counts as
   * under way, for the next process too.
   */
  function over(row: RecordingRow, end: RecordingEnd, last: Partial<RecordingRow>): void {
    const { id, roomName } = row;
    const { cause, nothingStored, job } = end;
    try {
      events.inTransaction(() => {
        if (nothingStored) {
          change(id, {
            ...last,
            state: 'failed',
            finishedAt: clock.now(),
            progress: null,
            cause: cause ?? null,
          });
          return;
        }
        change(id, { ...last, state: 'composing', progress: 0, ...(cause && { cause }) });
        jobs.add(
          PROCESS_JOB,
          { ...job, recordingId: id, ...(cause && { cause }) },
          { uniqueKey: `${PROCESS_JOB} ${id}` },
        );
      });
    } catch (error) {
      log.error("a recording's end could not be stored", { recording: id, error: messageOf(error) });
      clock.after(STORE_AGAIN_MS, () => over(row, end, last));
      return;
    }
    if (active.get(roomName)?.id === id) active.delete(roomName);
    toldAt.delete(id);
  }

  function directoryOf(id: string): string {
    return join(config.dir, id);
  }

  /** Throws where a room can't be recorded now: it is already, nobody is there, or there is no space. */
  async function startIn(
    room: RecordedRoom,
    startedBy: string,
    options: Partial<RecordingOptions>,
  ): Promise<Recording> {
    const { name } = room;
    const backend = backends[config.backend];
    const current = active.get(name)?.id;
    if (current !== undefined || starting.has(name)) throw running(name, current);
    deps.assertMedia();
    if (live.counts(name).participants === 0) throw nobodyThere(name);
    starting.add(name);
    try {
      await mkdir(config.dir, { recursive: true, mode: 0o700 });
      if (backend.fillsDisk) {
        const { state, free } = await disk.look();
        if (state === 'full') throw noRoomOnDisk(config.dir, free);
      }
      await backend.check(room);
      const row = newRow(room, startedBy, options);
      await mkdir(directoryOf(row.id), { mode: 0o700 });
      store(row);
      await follow(row, 'begin').begun;
      return show(get(row.id));
    } catch (error) {
      throw error instanceof DomainError ? error : unwritable(config.dir, error);
    } finally {
      starting.delete(name);
    }
  }

  function newRow(room: RecordedRoom, startedBy: string, options: Partial<RecordingOptions>): RecordingRow {
    const now = clock.now();
    const { layout, width, height, keepTracks } = config;
    return {
      id: newId('rec', now),
      roomId: room.id,
      roomName: room.name,
      sessionSid: live.room(room.name)?.sid ?? null,
      backend: config.backend,
      state: 'starting',
      cause: null,
      options: { layout, width, height, keepTracks, ...options },
      startedBy,
      stoppedBy: null,
      createdAt: now,
      startedAt: null,
      stoppedAt: null,
      finishedAt: null,
      duration: 0,
      bytes: 0,
      parts: 0,
      progress: null,
    };
  }

  return {
    change,
    directoryOf,
    show,

    /** The recording that stores a room's media right now. */
    activeIn(room: string): { id: string; state: RecordingState; startedAt: number } | undefined {
      const current = active.get(room);
      const row = current && repo.get(current.id);
      return row && { id: row.id, state: row.state, startedAt: row.startedAt ?? row.createdAt };
    },

    async start(
      principal: Principal,
      name: string,
      options: Partial<RecordingOptions> = {},
    ): Promise<Recording> {
      const { row: room, facts } = deps.visible(principal, name);
      authorize(principal, 'room.record', facts);
      return startIn(room, actorOf(principal), options);
    },

    startIn,

    /** Tells of a recording that should have begun by itself, and did not. */
    tellNotStarted(room: RecordedRoom, startedBy: string, cause: Cause): void {
      const now = clock.now();
      const row = newRow(room, startedBy, {});
      store({ ...row, state: 'failed', cause, stoppedAt: now, finishedAt: now });
    },

    async stop(principal: Principal, id: string): Promise<Recording> {
      const row = readable(principal, id);
      authorize(
        principal,
        'room.record',
        deps.byName(row.roomName) ? deps.visible(principal, row.roomName).facts : {},
      );
      const current = active.get(row.roomName);
      if (current?.id !== id) throw notRunning(id, row.state);
      const by = actorOf(principal);
      change(id, { stoppedBy: by }, by);
      await current.ongoing.stop();
      return show(get(id));
    },

    list(
      principal: Principal,
      query: { room?: string; state?: RecordingState; cursor?: string; limit?: number },
    ): Page<Recording> {
      if (query.room === undefined) authorize(principal, 'recordings.read');
      else mayRead(principal, query.room);
      const limit = query.limit ?? 100;
      const rows = repo.list(query, query.cursor, limit + 1);
      return pageOf(rows, limit, show, idOf);
    },

    get: (principal: Principal, id: string): Recording => show(readable(principal, id)),

    /** A file for a download, which is told of. */
    file(principal: Principal, id: string, name: string): FileRow {
      const row = readable(principal, id);
      const file = repo.file(id, name);
      if (!file) throw fileNotFound(name);
      events.record({
        kind: 'recording.downloaded',
        actor: actorOf(principal),
        room: row.roomName,
        data: { recording: id, file: name },
      });
      return file;
    },

    /** Removes rows and files. One that is under way has to be stopped first. */
    async delete(principal: Principal, id: string): Promise<void> {
      const row = readable(principal, id);
      authorize(
        principal,
        'room.record',
        deps.byName(row.roomName) ? deps.visible(principal, row.roomName).facts : {},
      );
      if (!DELETABLE_STATES.includes(row.state)) throw stillNeeded(id, row.state);
      await remove(row, actorOf(principal));
    },

    remove,

    /** Takes up what an earlier process left: rows that say that media is being stored. */
    recover(): void {
      try {
        removeEmptyDirectories(config.dir, (id) => repo.get(id) !== undefined);
      } catch (error) {
        log.warn('the directory of recordings could not be tidied', { error: messageOf(error) });
      }
      for (const row of repo.inStates(ACTIVE_STATES)) follow(row, 'resume');
    },

    /** livekit waits for everyone to leave, the recorder too: it leaves as soon as nobody else is there. */
    drain(): void {
      clock.every(LOOK_EVERY_MS, () => {
        for (const [room, { ongoing }] of active) {
          if (live.counts(room).participants === 0) void ongoing.stop();
        }
      });
    },

    /** Completes what can't be recorded without this process; the next one composes it. */
    async shutDown(): Promise<void> {
      await Promise.all([...active.values()].map(({ ongoing }) => ongoing.leave()));
    },
  };

  async function remove(row: RecordingRow, actor: string): Promise<void> {
    await rm(directoryOf(row.id), { recursive: true, force: true });
    const files = repo.files(row.id);
    const gone = showRecording(row, files);
    events.inTransaction(() => {
      repo.delete(row.id);
      deps.removeObjects(row, files);
      events.record({
        kind: 'recording.deleted',
        actor,
        room: row.roomName,
        data: { recording: gone },
        before: gone,
      });
    });
  }
}

export type Recordings = ReturnType<typeof createRecordings>;
