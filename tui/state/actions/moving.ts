import type { Actions, Desk } from '../desk.ts';
import type { Person } from '../everybody.ts';
import type { List } from '../list.ts';
import { outerView, type VIEWS } from '../view.ts';
import { showBackup } from './backups.ts';
import { showDelivery } from './deliveries.ts';
import { showJob } from './job-details.ts';

type Moving = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last' | 'open' | 'back' | 'mark' | 'markAll';
type Going = `view:${(typeof VIEWS)[number]['name']}`;

/** Lines of a report that a page key moves. */
const REPORT_PAGE = 10;

export const moving: Actions<Moving | Going> = {
  up: through((list) => list.move(-1), -1),
  down: through((list) => list.move(1), 1),
  pageUp: through((list) => list.page(-1), -REPORT_PAGE),
  pageDown: through((list) => list.page(1), REPORT_PAGE),
  first: through((list) => list.first(), Number.NEGATIVE_INFINITY),
  last: through((list) => list.last(), Number.POSITIVE_INFINITY),
  open: enter,
  back(desk) {
    const list = desk.list();
    if (desk.context().marked > 0) desk.lists.clearMarks();
    else if (list?.filter) list.setFilter('');
    else if (desk.ui.view === 'events') desk.lists.chooseEvents(undefined);
    else if (desk.ui.showsTimeline) desk.set({ showsTimeline: false });
    else desk.go(outerView(desk.ui.view));
  },
  mark(desk) {
    const list = desk.list();
    if (list?.selected === undefined) return;
    desk.lists.marksIn(desk.ui)?.toggle(list.selected);
    list.move(1);
  },
  markAll: (desk) => desk.lists.marksIn(desk.ui)?.toggleAll(desk.list()?.items ?? []),
  'view:rooms': (desk) => desk.go('rooms'),
  'view:participants': (desk) => desk.go('participants'),
  'view:network': (desk) => desk.go('network'),
  'view:recordings': (desk) => desk.go('recordings'),
  'view:events': (desk) => desk.go('events'),
  'view:doctor': (desk) => desk.go('doctor'),
  'view:jobs': (desk) => desk.go('jobs'),
  'view:webhooks': (desk) => desk.go('webhooks'),
  'view:backups': (desk) => desk.go('backups'),
  'view:system': (desk) => desk.go('system'),
};

/** Moves through the rows of a list, or scrolls a view that is a report. */
function through(move: (list: List<unknown>) => void, lines: number) {
  return (desk: Desk) => {
    const list = desk.list();
    if (list) move(list);
    else desk.scroll(lines);
  };
}

function enter(desk: Desk): void {
  const { lists, ui } = desk;
  const { rooms, participants, jobs, webhooks, deliveries, backups } = lists;
  if (ui.view === 'rooms' && rooms.selected) desk.go('room', rooms.selected.name);
  else if (ui.view === 'participants' && participants.selected) enterRoomOf(desk, participants.selected);
  else if (ui.view === 'jobs' && jobs.selected) showJob(desk, jobs.selected);
  else if (ui.view === 'webhooks' && webhooks.selected) desk.go('webhook', webhooks.selected.id);
  else if (ui.view === 'webhook' && deliveries.selected) showDelivery(desk, deliveries.selected);
  else if (ui.view === 'backups' && backups.selected) showBackup(desk, backups.selected);
}

function enterRoomOf(desk: Desk, person: Person): void {
  desk.go('room', person.room);
  desk.lists.inside.select(desk.lists.everybody.idOf(person));
}
