import type { LiveKitParticipant } from '../../livekit/api/entities.ts';
import type { Changes } from './changes.ts';
import type { Connections } from './connections.ts';
import type { Registry, Seat, Session } from './registry.ts';
import type { Connection } from './repo.ts';

/** A stay, as livekit's log names it. */
export interface StayName {
  readonly room: string;
  readonly identity: string;
  readonly sid: string;
}

/** What is known at once, without waiting for LiveKit to tell it. */
export interface LiveControl {
  /** They were removed from the room. */
  removed(room: string, identity: string, reason: string): void;
  /** LiveKit's answer to a change of someone's permissions. */
  changed(room: string, from: LiveKitParticipant): void;
  muted(room: string, identity: string, trackSid: string, muted: boolean): void;
  /** How a stay is connected, from livekit's log; it may come before anything else is known of the stay. */
  connected(stay: StayName, connection: Connection): void;
}

export interface ControlDeps {
  readonly registry: Registry;
  readonly changes: Changes;
  readonly connections: Connections;
  readonly step: (run: () => void) => void;
}

export function createControl({ registry, changes, connections, step }: ControlDeps): LiveControl {
  function withSeat(room: string, identity: string, run: (session: Session, seat: Seat) => void): void {
    const session = registry.session(room);
    const seat = registry.seat(room, identity);
    if (session && seat) step(() => run(session, seat));
  }

  return {
    removed(room, identity, reason) {
      withSeat(room, identity, (session, seat) => {
        registry.end(seat.participant.sid);
        changes.left(session, seat, reason);
      });
    },

    changed(room, from) {
      withSeat(room, from.identity, (session, seat) => {
        // Its tracks are as old as the question; what happened to them since was told by webhooks.
        if (seat.participant.sid === from.sid)
          changes.updated(session, seat, { ...from, tracks: seat.participant.tracks });
      });
    },

    muted(room, identity, trackSid, muted) {
      withSeat(room, identity, (session, seat) => {
        const tracks = seat.participant.tracks.map((track) =>
          track.sid === trackSid ? { ...track, muted } : track,
        );
        changes.replaced(session, seat, { ...seat.participant, tracks });
      });
    },

    connected(stay, connection) {
      connections.set(stay.sid, connection);
      withSeat(stay.room, stay.identity, (session, seat) => {
        if (seat.participant.sid === stay.sid) changes.connected(session, seat, connection);
      });
    },
  };
}
