import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { LiveParticipant, Participant } from '../../src/modules/participants/model.ts';
import type { Collection } from './collection.ts';
import { participantId } from './participant-id.ts';

/** Who speaks, by room; a room of which nothing is known is not among them. */
export interface Speakers {
  /** As the list of participants tells it. */
  load(participants: readonly LiveParticipant[]): void;
  /** Takes a `speaking.changed`, and changes those about whom it says something new. */
  apply(event: DidarEvent): void;
  /** Null: not known. */
  of(participant: Pick<Participant, 'room' | 'identity'>): boolean | null;
}

/** `peopleIn`: who is in a room. */
export function createSpeakers(
  participants: Collection<LiveParticipant>,
  peopleIn: (room: string) => Iterable<Participant>,
): Speakers {
  const rooms = new Map<string, ReadonlySet<string>>();
  const of: Speakers['of'] = ({ room, identity }) => rooms.get(room)?.has(identity) ?? null;

  return {
    of,
    load(all) {
      rooms.clear();
      for (const { room, identity, speaking } of all) {
        // A server of an older version doesn't tell it at all.
        if (typeof speaking !== 'boolean') continue;
        const known = rooms.get(room) ?? new Set();
        rooms.set(room, speaking ? new Set([...known, identity]) : known);
      }
    },
    apply({ room, data }) {
      if (room === null) return;
      if (Array.isArray(data.speaking)) rooms.set(room, new Set(data.speaking.map(String)));
      else rooms.delete(room);
      for (const { identity } of peopleIn(room)) {
        const before = participants.get(participantId(room, identity));
        const speaking = of({ room, identity });
        if (before && before.speaking !== speaking) participants.put({ ...before, speaking });
      }
    },
  };
}
