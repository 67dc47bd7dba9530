import { BINDINGS } from '../../keys/table.ts';
import { clean } from '../../text/clean.ts';
import { lineOf } from '../../text/line.ts';
import { count } from '../../text/time.ts';
import type { Actions, Desk } from '../desk.ts';
import { type Candidate, finder } from '../dialogs/finder.ts';

export const finding: Actions<'filter' | 'sort' | 'goto' | 'follow' | 'log'> = {
  filter: (desk) => desk.set({ filter: lineOf(desk.list()?.filter ?? '') }),
  sort(desk) {
    const { view } = desk.ui;
    const sort = desk.lists.sortOf(view);
    const orders = desk.lists.ordersOf(view);
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
          run: () => desk.lists.sortBy(view, order.id),
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
};

function* places(desk: Desk): Generator<Candidate> {
  for (const { id, group, description, keys } of BINDINGS) {
    if (group === 'Moving' || id === 'goto') continue;
    const kind = group === 'Views' ? 'view' : 'action';
    yield { kind, label: description, detail: keys[0] ?? '', run: () => desk.act(id) };
  }
  for (const room of desk.world.rooms.values()) {
    yield {
      kind: 'room',
      label: clean(room.title ? `${room.name} ${room.title}` : room.name),
      detail: count(room.participants, 'person', 'people'),
      run: () => desk.go('room', room.name),
    };
  }
  for (const participant of desk.world.participants.values()) {
    const id = desk.world.participants.idOf(participant);
    yield {
      kind: 'person',
      label: clean(`${participant.name} ${participant.identity}`.trim()),
      detail: participant.room,
      run: () => {
        desk.go('room', participant.room);
        desk.lists.inside.select(id);
      },
    };
  }
}
