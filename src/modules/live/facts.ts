import type { LiveKitParticipant, LiveKitRoom } from '../../livekit/api/entities.ts';
import type { LiveKitFact } from '../../livekit/webhook/webhook.ts';
import type { Changes } from './changes.ts';
import type { Registry, Seat, Session } from './registry.ts';
import type { LiveRepo } from './repo.ts';

export interface FactsDeps {
  readonly registry: Registry;
  readonly repo: LiveRepo;
  readonly changes: Changes;
  readonly roomIdOf: (name: string) => string | undefined;
  /** What can't be judged from this fact alone: ask LiveKit about this room soon. */
  readonly doubt: (room: string) => void;
}

type Of<Kind extends LiveKitFact['kind']> = Extract<LiveKitFact, { kind: Kind }>;

/**
 * Judges what webhooks say. They come late, twice and in any order, so that each is compared with what is known: a SID
 * that is over stays over, an older life of a room or an older stay of a person never replaces a newer one.
 */
export function createFacts({ registry, repo, changes, roomIdOf, doubt }: FactsDeps) {
  /** The session that a fact is about, if that is the current one, or becomes it now. */
  function sessionOf(room: LiveKitRoom): Session | undefined {
    const current = registry.session(room.name);
    if (current?.sid === room.sid) return current;
    if (registry.hasEnded(room.sid)) return undefined;
    const roomId = roomIdOf(room.name);
    if (roomId === undefined) return undefined;
    if (room.createdAt === undefined || room.createdAt === current?.startedAt) {
      doubt(room.name);
      return undefined;
    }
    if (current && room.createdAt < current.startedAt) return undefined;
    if (repo.knownSession(room.sid) === 'ended') {
      doubt(room.name);
      return undefined;
    }
    if (current) {
      registry.end(current.sid);
      changes.finished(current, 'replaced');
    }
    return changes.started(room, roomId, room.createdAt);
  }

  function roomFinished({ room, reason }: Of<'room_finished'>): void {
    registry.end(room.sid);
    const current = registry.session(room.name);
    if (current?.sid === room.sid) changes.finished(current, reason ?? 'finished');
  }

  function joined({ room, participant }: Of<'participant_joined'>): void {
    if (registry.hasEnded(participant.sid)) return;
    const session = sessionOf(room);
    if (!session) return;
    const seat = registry.seat(room.name, participant.identity);
    if (seat?.participant.sid === participant.sid) {
      if (participant.version >= seat.version)
        changes.updated(session, seat, withTracksOf(seat, participant));
      else changes.replaced(session, seat, { ...seat.participant, state: 'active' });
      return;
    }
    if (repo.knownStay(participant.sid) === 'ended' || seat?.joinedAt === participant.joinedAt) {
      doubt(room.name);
      return;
    }
    if (seat && participant.joinedAt < seat.joinedAt) return;
    if (seat) {
      registry.end(seat.participant.sid);
      changes.left(session, seat, 'replaced');
    }
    changes.joined(session, withTracksOf(undefined, participant));
  }

  /** The tracks that are known already, and of those named by an event from the time of joining the ones still on. */
  function withTracksOf(seat: Seat | undefined, participant: LiveKitParticipant): LiveKitParticipant {
    const known = seat?.participant.tracks ?? [];
    const more = participant.tracks.filter(
      (track) => !registry.hasEnded(track.sid) && !known.some(({ sid }) => sid === track.sid),
    );
    return { ...participant, tracks: [...known, ...more] };
  }

  function left({ room, participant, connected, ...fact }: Of<'participant_left'>): void {
    if (registry.hasEnded(participant.sid)) return;
    registry.end(participant.sid);
    const session = registry.session(room.name);
    if (session?.sid !== room.sid) return;
    const reason = fact.reason ?? (connected ? 'left' : 'connection_aborted');
    const seat = registry.seat(room.name, participant.identity);
    if (!connected) changes.failed(session, participant, reason);
    if (seat?.participant.sid === participant.sid) changes.left(session, seat, reason);
    else if (repo.knownStay(participant.sid) === 'no') changes.passed(session, participant, reason);
  }

  function track({ kind, room, participant, track }: Of<'track_published' | 'track_unpublished'>): void {
    if (kind === 'track_unpublished') registry.end(track.sid);
    else if (registry.hasEnded(track.sid)) return;
    if (registry.hasEnded(participant.sid)) return;
    const session = sessionOf(room);
    const seat = registry.seat(room.name, participant.identity);
    if (!session || seat?.participant.sid !== participant.sid) {
      if (session) doubt(room.name);
      return;
    }
    const { tracks: known } = seat.participant;
    const others = known.filter(({ sid }) => sid !== track.sid);
    if (kind === 'track_published' && others.length < known.length) return;
    const tracks = kind === 'track_published' ? [...known, track] : others;
    changes.replaced(session, seat, { ...seat.participant, tracks });
  }

  return (fact: LiveKitFact): void => {
    switch (fact.kind) {
      case 'room_started':
        sessionOf(fact.room);
        break;
      case 'room_finished':
        roomFinished(fact);
        break;
      case 'participant_joined':
        joined(fact);
        break;
      case 'participant_left':
        left(fact);
        break;
      case 'track_published':
      case 'track_unpublished':
        track(fact);
        break;
      case 'other':
        break;
    }
  };
}
