import { textOf } from '../../api/error.ts';
import type { KeyContext } from '../../keys/context.ts';
import { BINDINGS } from '../../keys/table.ts';
import { clean } from '../../text/clean.ts';
import { lineOf } from '../../text/line.ts';
import { count, since } from '../../text/time.ts';
import type { Actions, Desk } from '../desk.ts';
import { type Candidate, finder } from '../dialogs/finder.ts';
import {
  aboutPerson,
  aboutRecording,
  aboutRoom,
  choicesLike,
  EVENT_GROUPS,
  type EventChoice,
} from '../event-groups.ts';
import { isWaiting } from '../everybody.ts';
import type { Server } from '../server.ts';
import { ordersOf, sortedListOf } from '../sorting.ts';
import { chooseColumns } from './columns.ts';

type FindingAction = 'filter' | 'sort' | 'goto' | 'follow' | 'log' | 'only' | 'timeline' | 'columns';

export const finding: Actions<FindingAction> = {
  columns: chooseColumns,
  filter: (desk) => desk.set({ filter: lineOf(desk.list()?.filter ?? '') }),
  sort(desk) {
    const list = sortedListOf(desk.ui.view);
    if (list === undefined) return;
    const sort = desk.lists.sorts[list];
    const orders = ordersOf(list);
    desk.set({
      dialog: {
        kind: 'ask',
        title: 'Sort by',
        lines: [],
        layout: 'column',
        cursor: Math.max(
          0,
          orders.findIndex((order) => order.id === sort.by),
        ),
        options: orders.map((order) => ({
          label: order.id === sort.by ? `${order.label} (now; again turns it round)` : order.label,
          run: () => desk.lists.sortBy(list, order.id),
        })),
      },
    });
  },
  goto: (desk) => desk.set({ dialog: finder([...places(desk)]) }),
  follow(desk) {
    const list = desk.list();
    list?.setFollowing(!list.following);
  },
  log: (desk) => desk.set({ showsLog: !desk.ui.showsLog }),
  timeline: (desk) => desk.set({ showsTimeline: !desk.ui.showsTimeline }),
  only(desk) {
    if (desk.ui.view === 'events') return chooseEvents(desk);
    const choice = choiceOf(desk.context());
    if (choice === undefined) return;
    desk.go('events');
    desk.set({ showsLog: false });
    desk.lists.chooseEvents(choice);
  },
};

function chooseEvents(desk: Desk): void {
  const selected = desk.ui.showsLog ? undefined : desk.lists.events.selected;
  const choices = [...EVENT_GROUPS, ...(selected ? choicesLike(selected.event) : [])];
  const now = desk.lists.eventChoice;
  const choose = (choice: EventChoice | undefined) => () => {
    desk.set({ showsLog: false });
    desk.lists.chooseEvents(choice);
  };
  desk.set({
    dialog: {
      kind: 'ask',
      title: 'Show only',
      lines: [],
      layout: 'column',
      cursor: Math.max(0, choices.findIndex((choice) => choice.name === now?.name) + 1),
      options: [
        { label: 'everything', run: choose(undefined) },
        ...choices.map((choice) => ({ label: clean(choice.name), run: choose(choice) })),
      ],
    },
  });
}

/** The events of what is selected: of the recording, of the person, of the room. */
function choiceOf({ recording, participant, waiters, view, room }: KeyContext): EventChoice | undefined {
  if (recording) return aboutRecording(recording.id, recording.room);
  const person = participant ?? (view === 'room' || view === 'participants' ? waiters[0] : undefined);
  if (person) return aboutPerson(person.identity);
  return room && aboutRoom(room.name);
}

/** Not an attempt: the server that is left may be away, which is when another is wanted most. */
function switchTo(desk: Desk, server: Server): void {
  desk.say(`connecting to ${server.name} …`, 'busy');
  desk.host
    .switchTo(server)
    .catch((error: unknown) => desk.say(`${server.name}: ${clean(textOf(error))}`, 'bad'));
}

function* places(desk: Desk): Generator<Candidate> {
  for (const server of desk.host.servers) {
    const isShown = server === desk.server;
    yield {
      kind: 'server',
      label: server.name,
      detail: isShown ? 'shown now' : server.address,
      run: () => (isShown ? desk.say(`${server.name} is shown already`) : switchTo(desk, server)),
    };
  }
  const context = desk.context();
  for (const { id, group, label, description, keys, whyNot } of BINDINGS) {
    if (group === 'Moving' || id === 'goto') continue;
    const reason = whyNot(context);
    yield {
      kind: group === 'Views' ? 'view' : 'action',
      label: group === 'Views' ? description : `${label}: ${description}`,
      detail: keys[0] ?? '',
      run: () => desk.act(id),
      ...(reason !== undefined && { whyNot: reason }),
    };
  }
  for (const room of desk.world.rooms.values()) {
    yield {
      kind: 'room',
      label: clean(room.title ? `${room.name} ${room.title}` : room.name),
      detail: count(room.participants, 'person', 'people'),
      run: () => desk.go('room', room.name),
    };
  }
  for (const person of desk.lists.everybody.values()) {
    const id = desk.lists.everybody.idOf(person);
    yield {
      kind: isWaiting(person) ? 'waits' : 'person',
      label: clean(`${person.name} ${person.identity}`.trim()),
      detail: person.room,
      run: () => {
        desk.go('room', person.room);
        desk.lists.inside.select(id);
      },
    };
  }
  for (const { id, room, state, createdAt } of desk.world.recordings.values()) {
    yield {
      kind: 'record',
      label: clean(`${room} recorded ${since(createdAt, desk.now())} ago ${id}`),
      detail: state,
      run: () => {
        desk.go('recordings');
        if (!desk.lists.recordings.select(id)) desk.lists.recordings.setFilter('');
        desk.lists.recordings.select(id);
      },
    };
  }
}
