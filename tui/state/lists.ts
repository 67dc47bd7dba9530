import type { Finding } from '../../src/modules/doctor/model.ts';
import type { Participant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { describeEvent } from '../text/event.ts';
import type { Collection } from './collection.ts';
import { createList, type List } from './list.ts';
import { createMarks, type Marks } from './marks.ts';
import { directed, type Order, PARTICIPANT_ORDERS, ROOM_ORDERS } from './orders.ts';
import type { ViewName } from './view.ts';
import type { LogLine, Numbered, World } from './world.ts';

/** What a view is sorted by. */
export interface Sort {
  readonly by: string;
  readonly reversed: boolean;
}

/** The list of each view, and what they are sorted by. */
export interface Lists {
  readonly rooms: List<Room>;
  readonly participants: List<Participant>;
  readonly events: List<Numbered>;
  readonly log: List<LogLine>;
  readonly findings: List<Finding>;
  readonly recordings: List<Recording>;
  /** The participants of the room that is entered. */
  readonly inside: List<Participant>;
  readonly marks: Marks<Participant>;
  enter(room: string): void;
  /** The list that a view shows, if it has one. */
  of(view: ViewName, showsLog: boolean): List<unknown> | undefined;
  ordersOf(view: ViewName): readonly Order<never>[];
  sortOf(view: ViewName): Sort;
  /** Sorts by a column; by the one it is sorted by already: the other way round. */
  sortBy(view: ViewName, id: string): void;
}

export function createLists(world: World, found: Collection<Finding>): Lists {
  const sorts: Record<'rooms' | 'participants', Sort> = {
    rooms: { by: 'name', reversed: false },
    participants: { by: 'name', reversed: false },
  };
  const kindOf = (view: ViewName) => (view === 'rooms' ? 'rooms' : 'participants');

  const rooms = createList({
    source: world.rooms,
    compare: orderOf(ROOM_ORDERS, sorts.rooms),
    textOf: (room) =>
      `${room.name} ${room.title} ${room.access} ${room.state} ${room.locked ? 'locked' : ''}`,
  });
  const people = (room?: string) =>
    createList({
      source: world.participants,
      compare: orderOf(PARTICIPANT_ORDERS, sorts.participants),
      textOf: (p) => `${p.name} ${p.identity} ${p.room} ${p.role} ${p.path ?? ''} ${p.state}`,
      ...(room === undefined ? {} : { belongs: (p: Participant) => p.room === room }),
    });
  const participants = people();
  let inside = people('');
  const events = createList({
    source: world.events,
    compare: (a, b) => a.n - b.n,
    textOf: ({ event }) => `${event.kind} ${describeEvent(event)} ${event.identity ?? ''}`,
    follow: true,
  });
  const log = createList({
    source: world.log,
    compare: (a, b) => a.n - b.n,
    textOf: (line) => line.text,
    follow: true,
  });

  const findings = createList({
    source: found,
    compare: (a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state),
    textOf: (finding) => `${finding.state} ${finding.title} ${finding.evidence} ${finding.id}`,
  });

  const recordings = createList({
    source: world.recordings,
    compare: (a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0),
    textOf: ({ room, state, startedBy, id }) => `${room} ${state} ${startedBy} ${id}`,
  });

  return {
    rooms,
    participants,
    events,
    log,
    findings,
    recordings,
    marks: createMarks(world.participants),
    get inside() {
      return inside;
    },
    enter(room) {
      inside.close();
      inside = people(room);
    },
    of(view, showsLog) {
      if (view === 'rooms') return rooms as List<unknown>;
      if (view === 'room') return inside as List<unknown>;
      if (view === 'participants') return participants as List<unknown>;
      if (view === 'events') return (showsLog ? log : events) as List<unknown>;
      if (view === 'recordings') return recordings as List<unknown>;
      if (view === 'doctor') return findings as List<unknown>;
      return undefined;
    },
    ordersOf: (view) => (kindOf(view) === 'rooms' ? ROOM_ORDERS : PARTICIPANT_ORDERS),
    sortOf: (view) => sorts[kindOf(view)],
    sortBy(view, id) {
      const kind = kindOf(view);
      sorts[kind] = { by: id, reversed: sorts[kind].by === id && !sorts[kind].reversed };
      rooms.setOrder(orderOf(ROOM_ORDERS, sorts.rooms));
      participants.setOrder(orderOf(PARTICIPANT_ORDERS, sorts.participants));
      inside.setOrder(orderOf(PARTICIPANT_ORDERS, sorts.participants));
    },
  };
}

const URGENCY: readonly Finding['state'][] = ['failed', 'warning', 'ok', 'skipped'];

function orderOf<T>(orders: readonly Order<T>[], sort: Sort) {
  const order = orders.find((candidate) => candidate.id === sort.by) ?? orders[0];
  return order ? directed(order, sort.reversed) : () => 0;
}
