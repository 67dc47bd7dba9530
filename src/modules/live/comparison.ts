import type { LiveKitParticipant, LiveKitRoom } from '../../livekit/api/entities.ts';
import type { Changes } from './changes.ts';
import type { Registry, Session } from './registry.ts';
import type { LiveRepo } from './repo.ts';

export interface ComparisonDeps {
  readonly registry: Registry;
  readonly repo: LiveRepo;
  readonly changes: Changes;
  readonly roomIdOf: (name: string) => string | undefined;
  /** What the list leaves open: look again soon. */
  readonly doubt: (room: string) => void;
  readonly now: () => number;
}

/**
 * Brings the state in line with LiveKit's own lists. A list is the truth as of `since`, the registry's count when
 * it was asked for: what changed after that is left alone and looked at again.
 */
export function createComparison({ registry, repo, changes, roomIdOf, doubt, now }: ComparisonDeps) {
  return {
    rooms(list: readonly LiveKitRoom[], since: number): void {
      const listed = new Set(list.map(({ name }) => name));
      for (const session of registry.sessions()) {
        if (listed.has(session.name)) continue;
        if (session.changedAt > since) doubt(session.name);
        else changes.finished(session, 'lost');
      }
      for (const room of list) {
        const current = registry.session(room.name);
        const roomId = roomIdOf(room.name);
        if (current?.sid === room.sid || registry.hasEnded(room.sid) || roomId === undefined) continue;
        if (current && current.changedAt > since) {
          doubt(room.name);
          continue;
        }
        if (current) {
          registry.end(current.sid);
          changes.finished(current, 'replaced');
        }
        changes.started(room, roomId, room.createdAt ?? now());
      }
    },

    participants(session: Session, list: readonly LiveKitParticipant[], since: number): void {
      const current = registry.session(session.name);
      if (current?.sid !== session.sid) return;
      const listed = new Set(list.map(({ identity }) => identity));
      for (const seat of registry.seats(session.name)) {
        if (listed.has(seat.participant.identity)) continue;
        // LiveKit's store forgets, for moments, someone who replaced their own older connection: only the
        // second list without them counts.
        if (seat.missing && seat.changedAt <= since) changes.left(session, seat, 'lost');
        else {
          if (seat.changedAt <= since) changes.missed(session, seat);
          doubt(session.name);
        }
      }
      for (const participant of list) {
        if (registry.hasEnded(participant.sid)) continue;
        const seat = registry.seat(session.name, participant.identity);
        if (seat && seat.changedAt > since) doubt(session.name);
        else if (seat?.participant.sid === participant.sid) changes.updated(session, seat, participant);
        else {
          if (seat) changes.left(session, seat, 'replaced');
          changes.joined(session, participant);
        }
      }
    },

    /** Closes what the database has open but nobody is in: what ended while this process wasn't there to see it. */
    forgotten(reason: string): void {
      const live = new Set(registry.sessions().map(({ sid }) => sid));
      for (const row of repo.openSessions()) if (!live.has(row.sid)) changes.forgotten(row, reason);
      const seated = new Set(
        registry.sessions().flatMap(({ name }) => registry.seats(name).map((seat) => seat.participant.sid)),
      );
      for (const { sid } of repo.openStays())
        if (!seated.has(sid)) repo.closeStay(sid, { at: now(), reason });
    },
  };
}

export type Comparison = ReturnType<typeof createComparison>;
