import { type Clock, wait } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { EndReason } from '../manifest/manifest.ts';
import { createPart } from './files/part.ts';
import { openSession, type Session, type SessionEnd } from './livekit/session.ts';
import { Roster } from './roster.ts';
import { Speakers } from './speakers.ts';
import type { Complaint, RecorderMessage, RecorderSpec } from './spec.ts';
import { TrackRuns } from './track-runs.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A connection that held so long was a good one: after it the first attempt comes at once. */
const GOOD_CONNECTION_MS = 10_000;
/** Whoever waits for the start of a recording wants to know. */
const START_LIMIT_MS = 15_000;
/** How long it waits for a connection on its way, only to leave by it. */
const LEAVE_LIMIT_MS = 2_000;
/** A meeting that stays away so long is over. */
const RECONNECT_LIMIT_MS = 600_000;

export interface RecordOptions {
  readonly spec: RecorderSpec;
  readonly clock: Clock;
  readonly say: (message: RecorderMessage) => void;
  /** Resolves when the recording is to end. */
  readonly stop: Promise<void>;
}

/**
 * Records a room until it is told to stop, or the room is over. Resolves with the reason when all files are complete;
 * what ends it against its will was said as an `error` before.
 */
export async function record({ spec, clock, say, stop }: RecordOptions): Promise<EndReason> {
  const over = Promise.withResolvers<EndReason>();
  void stop.then(() => over.resolve('stopped'));

  function fail(complaint: Complaint): void {
    say({ type: 'error', at: clock.now(), ...complaint });
    over.resolve('failed');
  }
  /** The first fault of the files ends it; those that follow say nothing new. */
  let isDiskAtFault = false;
  function failFiles(error: unknown): void {
    if (isDiskAtFault) return;
    isDiskAtFault = true;
    fail(describe(error));
  }

  const part = await createPart({
    ...spec,
    clock,
    onError: failFiles,
    onStored: () =>
      say({
        type: 'progress',
        at: clock.now(),
        bytes: part.bytes,
        tracks: runs.size,
        people: roster.size,
        lost: runs.lost,
      }),
  });
  const roster = new Roster({ clock, note: part.note });
  const runs = new TrackRuns({
    part,
    partNumber: spec.part,
    clock,
    publication: (sid) => roster.publication(sid),
    onOpened: (track) => say({ type: 'track', at: clock.now(), ...track }),
    onError: failFiles,
  });

  const speakers = new Speakers({
    clock,
    identityOf: (sid) => roster.identityOf(sid),
    onSpeakers: (identities) => say({ type: 'speaking', at: clock.now(), identities }),
  });
  const watchEmpty = createEmptyWatch(clock, spec.endWhenEmptyMs, () => over.resolve('empty'));
  let token = spec.token;
  const connect = () =>
    openSession({
      ...spec,
      token,
      clock,
      roster,
      runs,
      speakers,
      onToken: (fresh) => {
        token = fresh;
      },
      onRoster() {
        watchEmpty(roster.size);
        if (roster.isEncrypted) fail(ENCRYPTED);
      },
    });

  const reason = await untilOver({ connect, clock, say, fail, over: over.promise, note: part.note });
  part.note({ type: 'end', at: clock.now(), reason });
  await part.close().catch(failFiles);
  say({ type: 'ended', at: clock.now(), reason, bytes: part.bytes });
  return reason;
}

interface LifeOptions {
  readonly connect: () => Promise<Session>;
  readonly clock: Clock;
  readonly say: (message: RecorderMessage) => void;
  readonly fail: (complaint: Complaint) => void;
  readonly note: (line: { type: 'reconnecting' | 'reconnected'; at: number }) => void;
  readonly over: Promise<EndReason>;
}

/** Connects, and again whenever the connection is lost, until it is over. */
async function untilOver({ connect, clock, say, fail, note, over }: LifeOptions): Promise<EndReason> {
  let lostAt: number | undefined;
  let isStarted = false;
  const begun = clock.now();
  let pause = FIRST_PAUSE_MS;
  /** Waits, and answers how long to wait the next time. */
  async function longerPause(ms: number): Promise<number> {
    await Promise.race([wait(clock, ms), over]);
    return Math.min(ms * 2, LONGEST_PAUSE_MS);
  }
  for (;;) {
    const connecting = connect().catch(asDomainError);
    const opened = await Promise.race([connecting, over]);
    if (typeof opened === 'string') {
      await Promise.race([connecting.then(leave), wait(clock, LEAVE_LIMIT_MS)]);
      return opened;
    }
    if (opened instanceof DomainError) {
      const isLate = isStarted
        ? clock.now() - (lostAt ?? 0) > RECONNECT_LIMIT_MS
        : clock.now() - begun > START_LIMIT_MS;
      if (isLate || opened.code !== 'livekit_unreachable') {
        fail({ code: opened.code, message: opened.message, fix: opened.fix });
        return over;
      }
      pause = await longerPause(pause);
      continue;
    }
    const openedAt = clock.now();
    if (lostAt !== undefined) note({ type: 'reconnected', at: clock.now() });
    say({ type: isStarted ? 'reconnected' : 'started', at: clock.now() });
    isStarted = true;
    const end = await Promise.race([opened.ended, over.then((reason): SessionEnd => ({ over: reason }))]);
    await opened.close();
    if ('over' in end) return end.over;
    lostAt = clock.now();
    note({ type: 'reconnecting', at: lostAt });
    say({ type: 'reconnecting', at: lostAt, reason: end.lost });
    if (lostAt - openedAt >= GOOD_CONNECTION_MS) pause = FIRST_PAUSE_MS;
    else pause = await longerPause(pause);
  }
}

/** Leaves a room that it was let into too late. */
async function leave(session: Session | DomainError): Promise<void> {
  if (!(session instanceof DomainError)) await session.close();
}

/** Told how many people there are, it notices when there has been nobody for too long. */
function createEmptyWatch(clock: Clock, limitMs: number | undefined, onEmpty: () => void) {
  let cancel: (() => void) | undefined;
  return (people: number) => {
    if (limitMs === undefined || (people === 0) === (cancel !== undefined)) return;
    cancel?.();
    cancel = people === 0 ? clock.after(limitMs, onEmpty) : undefined;
  };
}

const ENCRYPTED: Complaint = {
  code: 'room_encrypted',
  message: 'the room is encrypted from end to end: only the people in it can decode what is sent',
  fix: 'turn end-to-end encryption off in the clients, or let one of the participants record',
};

function describe(error: unknown): Complaint {
  if (error instanceof DomainError) return { code: error.code, message: error.message, fix: error.fix };
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'disk_full',
      message: `the disk is full: ${messageOf(error)}`,
      fix: 'make room, or move recording.dir; what was recorded so far is kept',
    };
  }
  return { code: 'recorder_failed', message: messageOf(error) };
}

function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  return new DomainError('recorder_failed', messageOf(error), { cause: error });
}
