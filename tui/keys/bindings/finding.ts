import type { ViewName } from '../../state/view.ts';
import { bind, EVERYWHERE, onlyIn } from '../binding.ts';
import { always } from '../context.ts';

const SORTED: readonly ViewName[] = [
  'rooms',
  'room',
  'participants',
  'recordings',
  'jobs',
  'webhooks',
  'webhook',
  'backups',
];

const OBJECTS: readonly ViewName[] = ['rooms', 'room', 'participants', 'recordings'];

/** Which rows are shown, in which order, and where to go. */
export const FINDING_KEYS = [
  bind(
    'filter',
    ['/'],
    'Finding',
    'filter',
    'show only the rows that contain what you type',
    (c) => (c.filterable ? undefined : 'this view has no list'),
    [...SORTED, 'events'],
  ),
  bind(
    'sort',
    ['s'],
    'Finding',
    'sort',
    'choose the column to sort by; the same one again turns the order',
    (c) => (c.sortable ? undefined : 'this view has no list to sort'),
    SORTED,
  ),
  bind(
    'goto',
    [':'],
    'Finding',
    'go to',
    'go to a room, person, view or action by a few letters',
    always,
    EVERYWHERE,
  ),
  onlyIn(
    ['events'],
    'only Events can be followed',
    bind('follow', ['f'], 'Finding', 'follow', 'follow new events, or hold still', always, ['events']),
  ),
  onlyIn(
    ['events'],
    'the log is in Events',
    bind('log', ['l'], 'Finding', 'log', "livekit's log instead of events, and back", always, ['events']),
  ),
  bind('columns', ['C'], 'Finding', 'columns', 'which columns the table shows, and in which order', (c) =>
    c.sortable ? undefined : 'the columns of this view are not chosen',
  ),
  onlyIn(
    ['events', ...OBJECTS],
    'nothing with events is selected here',
    bind(
      'only',
      ['e'],
      'Finding',
      'only',
      'the events of the selected room, person or recording; in Events: those of one kind, room, person or actor',
      (c) =>
        c.view === 'events' || c.room || c.participant || c.recording
          ? undefined
          : 'nothing with events is selected here',
      ['events'],
    ),
  ),
  onlyIn(
    ['room'],
    'only a room has a timeline: Enter goes into one',
    bind(
      'timeline',
      ['t'],
      'Finding',
      'timeline',
      'what happened in the room, instead of who is there, and back',
      always,
      ['room'],
    ),
  ),
];
