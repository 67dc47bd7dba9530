import type { LiveParticipant, Participant } from '../../src/modules/participants/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import type { Collection, Source } from './collection.ts';
import type { Compare } from './sorted.ts';

/** Someone in a meeting, or at its door. */
export type Person = LiveParticipant | Waiting;

export const isWaiting = (person: Person): person is Waiting => 'since' in person;

/** What sets the ids of those who wait apart: who is let in may be in both collections for a moment. */
const AT_DOOR = 'waiting:';

/** Those who wait and those who are in, as one. */
export function everybody(
  waiting: Collection<Waiting>,
  participants: Collection<LiveParticipant>,
): Source<Person> {
  return {
    idOf: (person) => (isWaiting(person) ? `${AT_DOOR}${waiting.idOf(person)}` : participants.idOf(person)),
    get: (id) => (id.startsWith(AT_DOOR) ? waiting.get(id.slice(AT_DOOR.length)) : participants.get(id)),
    *values() {
      yield* waiting.values();
      yield* participants.values();
    },
    watch(watcher) {
      const unwatch = [waiting.watch(watcher), participants.watch(watcher)];
      return () => {
        for (const stop of unwatch) stop();
      };
    },
  };
}

/** Whoever waits is on top, the longest first, whatever the others are sorted by. */
export function waitingFirst(compare: Compare<Participant>): Compare<Person> {
  return (a, b) => {
    if (isWaiting(a)) return isWaiting(b) ? longestFirst(a, b) : -1;
    return isWaiting(b) ? 1 : compare(a, b);
  };
}

export const longestFirst: Compare<Waiting> = (a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0);
