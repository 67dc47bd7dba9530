import type { Actions, Desk } from '../desk.ts';
import { VIEWS, type ViewName } from '../view.ts';

type Moving = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last' | 'open' | 'back';
type Going = `view:${(typeof VIEWS)[number]['name']}`;

export const moving: Actions<Moving | Going> = {
  up: (desk) => desk.list()?.move(-1),
  down: (desk) => desk.list()?.move(1),
  pageUp: (desk) => desk.list()?.page(-1),
  pageDown: (desk) => desk.list()?.page(1),
  first: (desk) => desk.list()?.first(),
  last: (desk) => desk.list()?.last(),
  open: enter,
  back(desk) {
    const list = desk.list();
    if (list?.filter) list.setFilter('');
    else if (desk.ui.view === 'room') desk.go('rooms');
  },
  'view:rooms': (desk) => desk.go('rooms'),
  'view:participants': (desk) => desk.go('participants'),
  'view:network': (desk) => desk.go('network'),
  'view:recordings': (desk) => desk.go('recordings'),
  'view:events': (desk) => desk.go('events'),
  'view:doctor': (desk) => desk.go('doctor'),
};

function enter(desk: Desk): void {
  const { view } = desk.ui;
  if (view === 'rooms' && desk.lists.rooms.selected) desk.go('room', desk.lists.rooms.selected.name);
  const participant = view === 'participants' ? desk.lists.participants.selected : undefined;
  if (participant) {
    desk.go('room', participant.room);
    desk.lists.inside.select(desk.world.participants.idOf(participant));
  }
}

/** Whether one can be in a view just by pressing its number. */
export const isTopLevel = (view: ViewName): boolean => VIEWS.some((entry) => entry.name === view);
