import type { Clock } from '../../src/lib/clock.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { LiveParticipant, Participant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import { isActive } from '../text/recording.ts';
import { type Collection, createCollection } from './collection.ts';
import { createHeadCount, type LiveRoom } from './head-count.ts';
import { participantId } from './participant-id.ts';
import { ALL_RIGHTS, type Rights } from './rights.ts';
import { createSpeakers } from './speakers.ts';
import { createTail, type TailLine } from './tail.ts';

export interface LogLine extends TailLine {
  readonly text: string;
}

export interface Numbered extends TailLine {
  readonly event: DidarEvent;
}

export interface Snapshot {
  readonly system: System;
  /** With it the first admin makes itself; undefined once there is one, and for whoever may not see it. */
  readonly setupCode: string | undefined;
  readonly rights: Rights;
  readonly rooms: readonly Room[];
  readonly participants: readonly LiveParticipant[];
  /** Those who wait to be let in. */
  readonly waiting: readonly Waiting[];
  /** Undefined: the server does not record. */
  readonly recordings: readonly Recording[] | undefined;
  /** Oldest first. */
  readonly events: readonly DidarEvent[];
  readonly log: readonly string[];
}

/** Told of what comes from the server, after the world has taken it in. */
export interface WorldListener {
  told(event: DidarEvent): void;
  /** Everything was read anew: events may have been missed before. */
  loaded(): void;
}

/** What is known of the server; changed by snapshots and by the stream's events, never by views. */
export interface World {
  readonly system: System | undefined;
  readonly setupCode: string | undefined;
  readonly rights: Rights;
  readonly rooms: Collection<LiveRoom>;
  readonly participants: Collection<LiveParticipant>;
  /** Who is in a room, hidden ones too. */
  peopleIn(room: string): Iterable<Participant>;
  readonly waiting: Collection<Waiting>;
  /** The server can record. */
  readonly records: boolean;
  readonly recordings: Collection<Recording>;
  readonly events: Collection<Numbered>;
  readonly log: Collection<LogLine>;
  load(snapshot: Snapshot): void;
  setSystem(system: System, setupCode: string | undefined): void;
  apply(event: DidarEvent): void;
  /** Takes a room as a request's answer tells it, before its event comes. */
  putRoom(room: Room): void;
  /** Puts an event into the history only: what it tells is known already. */
  remember(event: DidarEvent): void;
  /** Until the returned function is called. */
  listen(listener: WorldListener): () => void;
}

/** `changed` is called for what comes late: lines of a flood. */
export function createWorld(clock: Clock, changed: () => void): World {
  let system: System | undefined;
  let setupCode: string | undefined;
  let rights = ALL_RIGHTS;
  let records = false;
  const rooms = createCollection<LiveRoom>((room) => room.name);
  const participants = createCollection<LiveParticipant>((p) => participantId(p.room, p.identity));
  const waiting = createCollection<Waiting>((w) => participantId(w.room, w.identity));
  const recordings = createCollection<Recording>((recording) => recording.id);
  const events = createTail<Numbered>(clock, changed);
  const log = createTail<LogLine>(clock, changed);
  const listeners = new Set<WorldListener>();
  let seen = 0;

  const heads = createHeadCount();
  const speakers = createSpeakers(participants, heads.in);
  const recount = (name: string) => {
    const room = rooms.get(name);
    if (room === undefined) return;
    const now = heads.of(room);
    if (now !== room) rooms.put(now);
  };

  function putParticipant(told: Participant): void {
    if (isMachine(told)) return;
    const participant = { ...told, speaking: speakers.of(told) };
    const before = participants.get(participantId(participant.room, participant.identity));
    if (before) heads.remove(before);
    heads.add(participant);
    participants.put(participant);
    recount(participant.room);
  }

  function removeParticipant(id: string, sid?: string): void {
    const before = participants.get(id);
    // A late "left" of an earlier connection says nothing about the one that came after it.
    if (before === undefined || (sid !== undefined && before.sid !== sid)) return;
    heads.remove(before);
    participants.delete(id);
    recount(before.room);
  }

  function putWaiting(waiter: Waiting): void {
    if (waiting.get(waiting.idOf(waiter)) === undefined) heads.wait(waiter.room, 1);
    waiting.put(waiter);
    recount(waiter.room);
  }

  function removeWaiting(waiter: Waiting): void {
    const id = waiting.idOf(waiter);
    if (waiting.get(id) === undefined) return;
    heads.wait(waiter.room, -1);
    waiting.delete(id);
    recount(waiter.room);
  }

  function emptyRoom(name: string): void {
    for (const { identity } of [...heads.in(name)]) removeParticipant(participantId(name, identity));
  }

  function applyParticipant(event: DidarEvent): void {
    const waiter = event.data.waiting as Waiting | undefined;
    if (waiter) {
      if (event.kind === 'participant.waiting') putWaiting(waiter);
      else removeWaiting(waiter);
      return;
    }
    const participant = event.data.participant as Participant | null | undefined;
    if (LEAVING.has(event.kind)) {
      if (event.room && event.identity) {
        removeParticipant(participantId(event.room, event.identity), participant?.sid);
      }
    } else if (participant) {
      putParticipant(participant);
    }
  }

  function putRoom(room: Room): void {
    rooms.put(heads.of(room));
  }

  function applyRoom(event: DidarEvent): void {
    const room = event.data.room as Room | null | undefined;
    if (event.room && (event.kind === 'room.finished' || event.kind === 'room.deleted'))
      emptyRoom(event.room);
    if (event.room && event.kind === 'room.deleted') {
      for (const waiter of [...waiting.values()]) if (waiter.room === event.room) removeWaiting(waiter);
      rooms.delete(event.room);
    } else if (room) putRoom(room);
  }

  function applyRecording(event: DidarEvent): void {
    const recording = event.data.recording as Recording | null | undefined;
    if (!recording) return;
    if (event.kind === 'recording.deleted') {
      recordings.delete(recording.id);
      return;
    }
    if (event.kind !== 'recording.changed') return;
    recordings.put(recording);
    markRoom(recording);
  }

  /** The red mark of a room follows its recording. */
  function markRoom(recording: Recording): void {
    const room = rooms.get(recording.room);
    if (room === undefined) return;
    const { id, state, startedAt, createdAt } = recording;
    if (isActive(recording))
      rooms.put({ ...room, recording: { id, state, startedAt: startedAt ?? createdAt } });
    else if (room.recording?.id === id) rooms.put({ ...room, recording: null });
  }

  function remember(event: DidarEvent): void {
    if (event.id !== 0 && event.id <= seen) return;
    seen = Math.max(seen, event.id);
    events.push((n) => ({ n, event }));
  }

  return {
    get system() {
      return system;
    },
    get setupCode() {
      return setupCode;
    },
    get rights() {
      return rights;
    },
    rooms,
    participants,
    peopleIn: heads.in,
    waiting,
    get records() {
      return records;
    },
    recordings,
    events: events.collection,
    log: log.collection,
    load(snapshot) {
      system = withAllChecks(snapshot.system);
      setupCode = snapshot.setupCode;
      rights = snapshot.rights;
      heads.clear();
      const people = snapshot.participants.filter((participant) => !isMachine(participant));
      for (const person of people) heads.add(person);
      for (const { room } of snapshot.waiting) heads.wait(room, 1);
      // Those who wait first: a list that was empty begins with them.
      waiting.replace(snapshot.waiting);
      speakers.load(people);
      participants.replace(people);
      records = snapshot.recordings !== undefined;
      recordings.replace(snapshot.recordings ?? []);
      rooms.replace(snapshot.rooms.map(heads.of));
      const newest = snapshot.events.at(-1);
      if (newest && newest.id < seen) {
        // Another database answers than before: its events count from one again.
        seen = 0;
        events.replace([]);
      }
      for (const event of snapshot.events) remember(event);
      events.flush();
      log.replace(snapshot.log.map((text) => (n) => ({ n, text })));
      for (const listener of listeners) listener.loaded();
    },
    setSystem(next, code) {
      system = withAllChecks(next);
      setupCode = code;
    },
    apply(event) {
      if (event.kind === 'livekit.log') {
        const text = event.data.line;
        if (typeof text === 'string') log.push((n) => ({ n, text }));
        return;
      }
      if (event.kind === 'speaking.changed') {
        speakers.apply(event);
        return;
      }
      if (event.kind.startsWith('participant.')) applyParticipant(event);
      else if (event.kind.startsWith('room.')) applyRoom(event);
      else if (event.kind.startsWith('recording.')) applyRecording(event);
      if (event.id !== 0 || !PROGRESS.has(event.kind)) remember(event);
      for (const listener of listeners) listener.told(event);
    },
    putRoom,
    remember,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const WELL = { ok: true };

/** A server of an older version tells of fewer checks: what it doesn't look at is not what is wrong. */
function withAllChecks(system: System): System {
  const all = { database: WELL, data: WELL, livekit: WELL, clock: WELL, certificate: WELL };
  return { ...system, checks: { ...all, ...system.checks } };
}

/**
 * A recorder, of ours or LiveKit's: nobody to mute or kick, and that a room is recorded is told elsewhere. People who
 * are hidden are people; they have identities of ours.
 */
function isMachine({ identity, permissions }: Participant): boolean {
  return permissions.hidden && !/^[ug]_/.test(identity);
}

const LEAVING: ReadonlySet<string> = new Set([
  'participant.left',
  'participant.kicked',
  'participant.banned',
]);

/** How far something is, every few seconds, and the steps of deliveries, which are many, are no history. */
const PROGRESS: ReadonlySet<string> = new Set(['recording.changed', 'job.changed']);
