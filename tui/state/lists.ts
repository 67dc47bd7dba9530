import type { BackupFile } from '../../src/modules/backups/model.ts';
import type { Finding } from '../../src/modules/doctor/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import { describeEvent } from '../text/event.ts';
import type { Background } from './background.ts';
import { BACKUP_ORDERS } from './backups.ts';
import type { Collection, Source } from './collection.ts';
import type { ColumnsChoice } from './columns-choice.ts';
import type { EventChoice } from './event-groups.ts';
import { everybody, isWaiting, type Person, waitingFirst } from './everybody.ts';
import type { LiveRoom } from './head-count.ts';
import { JOB_ORDERS, type JobRow } from './jobs.ts';
import { createList, type List } from './list.ts';
import { createMarks, type Marks } from './marks.ts';
import { PARTICIPANT_ORDERS, RECORDING_ORDERS, ROOM_ORDERS } from './orders.ts';
import { compareBy, FIRST_SORTS, type SortedList, type Sorts } from './sorting.ts';
import type { Timeline } from './timeline.ts';
import type { Ui } from './ui.ts';
import { DELIVERY_ORDERS, WEBHOOK_ORDERS } from './webhooks.ts';
import type { LogLine, Numbered, World } from './world.ts';

/** What decides which rows are on the screen. */
type Shown = Pick<Ui, 'view' | 'showsLog' | 'showsTimeline'>;

/** The list of each view, and what they are sorted by. */
export interface Lists {
  readonly rooms: List<LiveRoom>;
  /** Those who wait and those who are in, by what they are selected by. */
  readonly everybody: Source<Person>;
  /** Everybody in a meeting, and above them those at a door. */
  readonly participants: List<Person>;
  readonly events: List<Numbered>;
  readonly log: List<LogLine>;
  readonly findings: List<Finding>;
  readonly recordings: List<Recording>;
  readonly jobs: List<JobRow>;
  readonly webhooks: List<WebhookEndpoint>;
  /** To the webhook that is entered. */
  readonly deliveries: List<WebhookDelivery>;
  readonly backups: List<BackupFile>;
  /** Who is in the room that is entered, who waits for it above them, and what happened in it. */
  readonly inside: List<Person>;
  readonly timeline: List<Numbered>;
  /** Rows that were marked for one action on all of them. */
  readonly marks: { readonly rooms: Marks<LiveRoom>; readonly people: Marks<Person> };
  /** The marks of the rows that are on the screen; undefined where rows can't be marked. */
  marksIn(ui: Shown): Marks<unknown> | undefined;
  clearMarks(): void;
  enter(room: string): void;
  /** The list that is on the screen, if one is. */
  of(ui: Shown): List<unknown> | undefined;
  readonly sorts: Sorts;
  /** Which columns are shown, where somebody has chosen. */
  readonly columns: ColumnsChoices;
  setColumns(columns: ColumnsChoices): void;
  setSorts(sorts: Sorts): void;
  /** Sorts by a column; by the one it is sorted by already: the other way round. */
  sortBy(list: SortedList, column: string): void;
  /** Which events are shown; undefined for all of them. */
  readonly eventChoice: EventChoice | undefined;
  chooseEvents(choice: EventChoice | undefined): void;
}

export type ColumnsChoices = Readonly<Partial<Record<SortedList, ColumnsChoice | undefined>>>;

export interface ListsOptions {
  readonly world: World;
  readonly findings: Collection<Finding>;
  readonly timeline: Timeline;
  readonly background: Background;
}

export function createLists({ world, findings: found, timeline: past, background }: ListsOptions): Lists {
  let sorts = FIRST_SORTS;
  let eventChoice: EventChoice | undefined;
  let columns: ColumnsChoices = {};

  const rooms = createList({
    source: world.rooms,
    compare: compareBy(ROOM_ORDERS, sorts.rooms),
    textOf: (room) =>
      `${room.name} ${room.title} ${room.access} ${room.state} ${room.locked ? 'locked' : ''}`,
  });
  const all = everybody(world.waiting, world.participants);
  const byPerson = () => waitingFirst(compareBy(PARTICIPANT_ORDERS, sorts.participants));
  const people = (room?: string) =>
    createList({
      source: all,
      compare: byPerson(),
      textOf: textOfPerson,
      ...(room === undefined ? {} : { belongs: (person: Person) => person.room === room }),
    });
  const participants = people();
  let inside = people('');
  const happened = (source: Collection<Numbered>) =>
    createList({
      source,
      compare: (a, b) => a.n - b.n,
      textOf: ({ event }) => `${event.kind} ${describeEvent(event)} ${event.identity ?? ''}`,
      follow: true,
    });
  const events = happened(world.events);
  const timeline = happened(past.events);
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
    compare: compareBy(RECORDING_ORDERS, sorts.recordings),
    textOf: ({ room, state, startedBy, id }) => `${room} ${state} ${startedBy} ${id}`,
  });

  const { list: jobs } = background.jobs;
  const { list: webhooks } = background.webhooks;
  const { list: deliveries } = background.webhooks.deliveries;
  const { list: backups } = background.backups;

  const marks = { rooms: createMarks(world.rooms), people: createMarks(all) };

  function setSorts(next: Sorts): void {
    sorts = next;
    rooms.setOrder(compareBy(ROOM_ORDERS, sorts.rooms));
    participants.setOrder(byPerson());
    inside.setOrder(byPerson());
    recordings.setOrder(compareBy(RECORDING_ORDERS, sorts.recordings));
    jobs.setOrder(compareBy(JOB_ORDERS, sorts.jobs));
    webhooks.setOrder(compareBy(WEBHOOK_ORDERS, sorts.webhooks));
    deliveries.setOrder(compareBy(DELIVERY_ORDERS, sorts.deliveries));
    backups.setOrder(compareBy(BACKUP_ORDERS, sorts.backups));
  }

  return {
    rooms,
    everybody: all,
    participants,
    events,
    log,
    findings,
    recordings,
    jobs,
    webhooks,
    deliveries,
    backups,
    marks,
    marksIn({ view, showsTimeline }) {
      if (view === 'rooms') return marks.rooms as Marks<unknown>;
      if (view === 'participants' || (view === 'room' && !showsTimeline))
        return marks.people as Marks<unknown>;
      if (view === 'jobs') return background.jobs.marks as Marks<unknown>;
      if (view === 'webhook') return background.webhooks.deliveries.marks as Marks<unknown>;
      return undefined;
    },
    clearMarks() {
      marks.rooms.clear();
      marks.people.clear();
      background.jobs.marks.clear();
      background.webhooks.deliveries.marks.clear();
    },
    get inside() {
      return inside;
    },
    timeline,
    enter(room) {
      inside.close();
      inside = people(room);
      past.enter(room);
      timeline.setFilter('');
      timeline.setFollowing(true);
    },
    of({ view, showsLog, showsTimeline }) {
      if (view === 'rooms') return rooms as List<unknown>;
      if (view === 'room') return (showsTimeline ? timeline : inside) as List<unknown>;
      if (view === 'participants') return participants as List<unknown>;
      if (view === 'events') return (showsLog ? log : events) as List<unknown>;
      if (view === 'recordings') return recordings as List<unknown>;
      if (view === 'doctor') return findings as List<unknown>;
      if (view === 'jobs') return jobs as List<unknown>;
      if (view === 'webhooks') return webhooks as List<unknown>;
      if (view === 'webhook') return deliveries as List<unknown>;
      if (view === 'backups') return backups as List<unknown>;
      return undefined;
    },
    get sorts() {
      return sorts;
    },
    setSorts,
    get columns() {
      return columns;
    },
    setColumns(next) {
      columns = next;
    },
    sortBy(list, by) {
      const { by: before, reversed } = sorts[list];
      setSorts({ ...sorts, [list]: { by, reversed: before === by && !reversed } });
    },
    get eventChoice() {
      return eventChoice;
    },
    chooseEvents(choice) {
      eventChoice = choice;
      events.setBelongs(({ event }) => choice?.includes(event) ?? true);
    },
  };
}

const URGENCY: readonly Finding['state'][] = ['failed', 'warning', 'ok', 'skipped'];

function textOfPerson(person: Person): string {
  const { name, identity, room, role, state } = person;
  return `${name} ${identity} ${room} ${role ?? ''} ${state} ${isWaiting(person) ? '' : (person.path ?? '')}`;
}
