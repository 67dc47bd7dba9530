import type { Clock } from '../../lib/clock.ts';
import type { LiveKitParticipant } from '../../livekit/api/entities.ts';
import type { Participant } from '../participants/model.ts';
import type { Changes } from './changes.ts';
import type { Connections } from './connections.ts';
import type { Registry, Seat, Session } from './registry.ts';
import type { Connection } from './repo.ts';
import { createSignallingWatch } from './signalling-watch.ts';

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
  /** Whether someone has a signalling connection through the front; those who go to LiveKit directly never do. */
  signalled(room: string, identity: string, isThere: boolean): void;
  /** How a stay is connected, from livekit's log; it may come before anything else is known of the stay. */
  connected(stay: StayName, connection: Connection): void;
}

export interface ControlDeps {
  readonly registry: Registry;
  readonly changes: Changes;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly step: (run: () => void) => void;
}

export function createControl({ registry, changes, connections, clock, step }: ControlDeps): LiveControl {
  function withSeat(room: string, identity: string, run: (session: Session, seat: Seat) => void): void {
    const session = registry.session(room);
    const seat = registry.seat(room, identity);
    if (session && seat) step(() => run(session, seat));
  }

  function turn(from: Participant['state'], state: Participant['state']) {
    return (room: string, identity: string) =>
      withSeat(room, identity, (session, seat) => {
        if (seat.participant.state === from) changes.replaced(session, seat, { ...seat.participant, state });
      });
  }
  const signalled = createSignallingWatch({
    clock,
    onLost: turn('active', 'reconnecting'),
    onBack: turn('reconnecting', 'active'),
  });

  return {
    signalled,

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
