import type { RoomRole } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { LiveKitParticipant, LiveKitRoom } from '../../livekit/api/entities.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Participant } from '../participants/model.ts';
import type { Connections } from './connections.ts';
import type { Registry, Seat, Session } from './registry.ts';
import type { Connection, LiveRepo, SessionRow } from './repo.ts';

export interface ChangesDeps {
  readonly registry: Registry;
  readonly repo: LiveRepo;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly connections: Connections;
  readonly isMicLocked: (room: string, person: { identity: string; role: RoomRole }) => boolean;
  /** Why the media of a stay did not come through, as far as livekit's log tells. */
  readonly causeOf: (sid: string) => { readonly cause: string; readonly fix: string } | undefined;
  /** The room as the API shows it, for events; undefined when it was deleted. */
  readonly describeRoom: (name: string) => unknown;
}

/**
 * The changes that facts lead to, each at once in memory, in the database and as an event. They don't judge
 * whether a fact is true: `facts.ts` and `reconcile.ts` do. Only to be called inside a step of the registry.
 */
export function createChanges(deps: ChangesDeps) {
  const { registry, repo, events, clock, connections, isMicLocked, describeRoom, causeOf } = deps;

  function tellRoom(
    kind: 'room.started' | 'room.changed' | 'room.finished',
    session: Session,
    more = {},
  ): void {
    const { sid, startedAt, peak } = session;
    events.record({
      kind,
      actor: 'livekit',
      room: session.name,
      data: {
        room: describeRoom(session.name) ?? null,
        session: { sid, startedAt: toTimestamp(startedAt), peakParticipants: peak },
        ...more,
      },
    });
  }

  function tell(
    kind: 'participant.joined' | 'participant.changed' | 'participant.left',
    participant: Participant,
    more = {},
  ): void {
    const { room, identity } = participant;
    events.record({ kind, actor: 'livekit', room, identity, data: { participant, ...more } });
  }

  function shown(session: Session, from: LiveKitParticipant, before?: Participant): Participant {
    const connection = connections.of(from.sid);
    return {
      identity: from.identity,
      sid: from.sid,
      room: session.name,
      name: from.name,
      role: from.role,
      state: stateOf(from, before),
      joinedAt: toTimestamp(from.joinedAt),
      path: connection?.path ?? before?.path ?? null,
      connectMs: connection?.connectMs ?? before?.connectMs ?? null,
      reconnects: connection?.reconnects ?? before?.reconnects ?? 0,
      tracks: [...from.tracks],
      permissions: { ...from.permissions, publish: [...from.permissions.publish] },
      micLocked: isMicLocked(session.name, from),
    };
  }

  function keepPeak(session: Session): void {
    const { participants } = registry.counts(session.name);
    if (participants <= session.peak) return;
    registry.putSession({ ...session, peak: participants });
    repo.setPeak(session.sid, participants);
  }

  function replaced(session: Session, seat: Seat, participant: Participant, version = seat.version): void {
    const same = Bun.deepEquals(participant, seat.participant);
    if (same && !seat.missing && version === seat.version) return;
    registry.putSeat(session.name, { ...seat, participant, version, missing: false });
    if (!same) tell('participant.changed', participant);
  }

  return {
    started(room: LiveKitRoom, roomId: string | null, startedAt: number): Session {
      const known = repo.knownSession(room.sid);
      repo.openSession({ sid: room.sid, roomId, roomName: room.name, startedAt });
      const session = registry.putSession({ name: room.name, sid: room.sid, startedAt, roomId, peak: 0 });
      tellRoom(known === 'no' ? 'room.started' : 'room.changed', session);
      return session;
    },

    finished(session: Session, reason: string): void {
      const seats = registry.seats(session.name);
      registry.dropSession(session.name);
      repo.closeSession(session.sid, { at: clock.now(), reason });
      for (const seat of seats) tell('participant.left', seat.participant, { reason });
      tellRoom('room.finished', session, { reason });
    },

    joined(session: Session, from: LiveKitParticipant): void {
      const participant = shown(session, from);
      const known = repo.knownStay(from.sid);
      const { sid, identity, name, role, joinedAt } = from;
      repo.openStay({ sid, sessionSid: session.sid, identity, name, role, joinedAt });
      const connection = connections.of(sid);
      if (connection) repo.setConnection(sid, connection);
      registry.putSeat(session.name, { participant, version: from.version, joinedAt, missing: false });
      tell(known === 'no' ? 'participant.joined' : 'participant.changed', participant);
      keepPeak(session);
    },

    left(session: Session, seat: Seat, reason: string): void {
      registry.dropSeat(session.name, seat.participant.identity);
      repo.closeStay(seat.participant.sid, { at: clock.now(), reason });
      tell('participant.left', seat.participant, { reason });
    },

    /** Their media never came through. `participant` is null: who never was there must not show up in a view. */
    failed(session: Session, from: LiveKitParticipant, reason: string): void {
      const { sid, identity, name, role } = from;
      const known = causeOf(sid);
      const why = { cause: known?.cause ?? null, fix: known?.fix ?? null };
      const data = { participant: null, sid, name, role, reason, ...why };
      events.record({ kind: 'participant.failed', actor: 'livekit', room: session.name, identity, data });
    },

    /** A stay of which only the end was seen; for the history. */
    passed(session: Session, from: LiveKitParticipant, reason: string): void {
      const { sid, identity, name, role, joinedAt } = from;
      repo.openStay({ sid, sessionSid: session.sid, identity, name, role, joinedAt });
      repo.closeStay(sid, { at: clock.now(), reason });
    },

    /** Takes over what LiveKit says of someone who is there. Says nothing when nothing changed. */
    updated(session: Session, seat: Seat, from: LiveKitParticipant): void {
      replaced(session, seat, shown(session, from, seat.participant), from.version);
    },

    replaced,

    /** A session that the database has open, but that isn't live. */
    forgotten({ sid, roomName, startedAt, peakParticipants, ...row }: SessionRow, reason: string): void {
      repo.closeSession(sid, { at: clock.now(), reason });
      const session = {
        name: roomName,
        sid,
        startedAt,
        peak: peakParticipants,
        roomId: row.roomId,
        changedAt: 0,
      };
      tellRoom('room.finished', session, { reason });
    },

    /** How the media of someone who is there travels. */
    connected(session: Session, seat: Seat, connection: Connection): void {
      repo.setConnection(seat.participant.sid, connection);
      const { path, connectMs, reconnects } = connection;
      replaced(session, seat, { ...seat.participant, state: 'active', path, connectMs, reconnects });
    },

    missed(session: Session, seat: Seat): void {
      registry.putSeat(session.name, { ...seat, missing: true });
    },
  };
}

export type Changes = ReturnType<typeof createChanges>;

/** LiveKit goes on calling those active whose signalling was lost: what the front saw of them stands. */
function stateOf(from: LiveKitParticipant, before: Participant | undefined): Participant['state'] {
  if (before !== undefined && before.state !== 'joining') return before.state;
  return from.state === 'active' ? 'active' : 'joining';
}
