/** What a room may look like after a crash: what was acknowledged last, or a change that was under way then. */
interface KnownRoom {
  titles: readonly string[];
  mayBeGone: boolean;
}

export type Asked = 'write' | 'join';

/** What the server acknowledged, kept by who asked. A change whose answer never came may hold or not. */
export interface Journal {
  readonly rooms: ReadonlyMap<string, Readonly<KnownRoom>>;
  readonly gone: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly recordings: ReadonlySet<string>;
  /** Acknowledged writes so far. */
  readonly acknowledged: number;
  /** Stays of real people that began. */
  readonly stays: number;
  /** What is asked for and not answered yet. */
  readonly underWay: Readonly<Record<Asked, number>>;
  /** Counts something as under way until it has an end. */
  during<T>(what: Asked, work: () => Promise<T>): Promise<T>;
  stayed(): void;
  created(room: string, title: string): void;
  renaming(room: string, title: string): void;
  renamed(room: string, title: string): void;
  deleting(room: string): void;
  deleted(room: string): void;
  account(id: string): void;
  recording(id: string): void;
}

export function createJournal(): Journal {
  const rooms = new Map<string, KnownRoom>();
  const gone = new Set<string>();
  const users = new Set<string>();
  const recordings = new Set<string>();
  const underWay = { write: 0, join: 0 };
  let acknowledged = 0;
  let stays = 0;

  function known(room: string): KnownRoom {
    const found = rooms.get(room);
    if (found === undefined) throw new Error(`nobody made ${room}`);
    return found;
  }

  return {
    rooms,
    gone,
    users,
    recordings,
    get acknowledged() {
      return acknowledged;
    },
    get stays() {
      return stays;
    },
    underWay,
    async during(what, work) {
      underWay[what] += 1;
      try {
        return await work();
      } finally {
        underWay[what] -= 1;
      }
    },
    stayed() {
      stays += 1;
    },
    created(room, title) {
      rooms.set(room, { titles: [title], mayBeGone: false });
      acknowledged += 1;
    },
    renaming(room, title) {
      known(room).titles = [...known(room).titles, title];
    },
    renamed(room, title) {
      known(room).titles = [title];
      acknowledged += 1;
    },
    deleting(room) {
      known(room).mayBeGone = true;
    },
    deleted(room) {
      rooms.delete(room);
      gone.add(room);
      acknowledged += 1;
    },
    account(id) {
      users.add(id);
      acknowledged += 1;
    },
    recording(id) {
      recordings.add(id);
      acknowledged += 1;
    },
  };
}
