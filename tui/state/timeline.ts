import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Api } from '../api/client.ts';
import { type Collection, createCollection } from './collection.ts';
import type { Numbered, World } from './world.ts';

/** As far back as is read; what is older is in `didar event list --room`. */
const READ_EVENTS = 500;

/** What happened in the room that is entered, from the server's history on. */
export interface Timeline {
  /** By the events' own ids, oldest lowest. */
  readonly events: Collection<Numbered>;
  /** Turns to a room and reads its history. */
  enter(room: string): void;
}

export interface TimelineOptions {
  readonly api: Pick<Api, 'events'>;
  readonly world: World;
  readonly changed: () => void;
}

export function createTimeline({ api, world, changed }: TimelineOptions): Timeline {
  const events = createCollection<Numbered>(({ n }) => String(n));
  let room: string | undefined;

  function take(event: DidarEvent): void {
    if (event.room === room && event.id !== 0) events.put({ n: event.id, event });
  }
  function takeAll(): void {
    for (const { event } of world.events.values()) take(event);
  }

  world.events.watch({
    put: ({ event }) => take(event),
    // A line that leaves the world's history stays here: it is the room's.
    deleted: () => undefined,
    replaced: takeAll,
  });

  async function read(name: string): Promise<void> {
    const history = await api.events(READ_EVENTS, { room: name });
    if (room !== name) return;
    for (const event of history) take(event);
    changed();
  }

  return {
    events,
    enter(name) {
      room = name;
      events.replace([]);
      takeAll();
      // What the stream told is there; without an answer it has to do.
      read(name).catch(() => undefined);
    },
  };
}
