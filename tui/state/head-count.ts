import type { MediaPath, Participant } from '../../src/modules/participants/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';

export type PathTally = Readonly<Record<MediaPath, number>>;

/** What follows from who is in a room, so that it is right between two events about the room itself. */
interface Counts {
  readonly participants: number;
  readonly publishers: number;
  /** How the media of those who are in it travels. */
  readonly paths: PathTally;
  /** How many wait to be let in. */
  readonly waiting: number;
}

/** A room with what the server tells of each of its people only. */
export type LiveRoom = Room & Pick<Counts, 'paths' | 'waiting'>;

const NO_PATHS: PathTally = { udp: 0, tcp: 0, 'turn-udp': 0, 'turn-tls': 0 };
const NOBODY: Counts = { participants: 0, publishers: 0, paths: NO_PATHS, waiting: 0 };

/** Who is in which room, and what follows from it; whoever is hidden does not count. */
export interface HeadCount {
  add(participant: Participant): void;
  remove(participant: Participant): void;
  /** So many more, or fewer, wait to be let into a room. */
  wait(room: string, by: 1 | -1): void;
  clear(): void;
  /** Who is in a room, hidden ones too, in the order in which they were told of. */
  in(room: string): Iterable<Participant>;
  /** The room with its counts; the same object when they are right already. */
  of(room: Room | LiveRoom): LiveRoom;
}

export function createHeadCount(): HeadCount {
  const here = new Map<string, Counts>();
  const people = new Map<string, Map<string, Participant>>();

  function tally({ room, permissions, tracks, path }: Participant, by: 1 | -1): void {
    if (permissions.hidden) return;
    const { participants, publishers, paths, waiting } = here.get(room) ?? NOBODY;
    here.set(room, {
      waiting,
      participants: participants + by,
      publishers: publishers + (tracks.length > 0 ? by : 0),
      paths: path === null ? paths : { ...paths, [path]: paths[path] + by },
    });
  }

  return {
    add(participant) {
      tally(participant, 1);
      const inRoom = people.get(participant.room) ?? new Map<string, Participant>();
      people.set(participant.room, inRoom.set(participant.identity, participant));
    },
    remove(participant) {
      tally(participant, -1);
      const inRoom = people.get(participant.room);
      inRoom?.delete(participant.identity);
      if (inRoom?.size === 0) people.delete(participant.room);
    },
    wait(room, by) {
      const counts = here.get(room) ?? NOBODY;
      here.set(room, { ...counts, waiting: counts.waiting + by });
    },
    clear() {
      here.clear();
      people.clear();
    },
    in: (room) => people.get(room)?.values() ?? [],
    of(room) {
      const counts = here.get(room.name) ?? NOBODY;
      return 'paths' in room && isSame(room, counts) ? room : { ...room, ...counts };
    },
  };
}

function isSame(a: Counts, b: Counts): boolean {
  return (
    a.participants === b.participants &&
    a.publishers === b.publishers &&
    a.waiting === b.waiting &&
    PATHS.every((path) => a.paths[path] === b.paths[path])
  );
}

/** The best first. */
export const PATHS: readonly MediaPath[] = ['udp', 'tcp', 'turn-udp', 'turn-tls'];
