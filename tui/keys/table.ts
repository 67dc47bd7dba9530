import { VIEWS, type ViewName } from '../state/view.ts';
import {
  all,
  always,
  type Condition,
  canRecord,
  changesRooms,
  hasLink,
  micIsNotLocked,
  micIsOff,
  micIsOn,
  moderates,
  online,
  onParticipant,
  onRecording,
  onRoom,
  recordable,
  rows,
  someoneWaits,
  undoable,
} from './context.ts';

export type ActionId =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'open'
  | 'back'
  | `view:${(typeof VIEWS)[number]['name']}`
  | 'filter'
  | 'sort'
  | 'goto'
  | 'refresh'
  | 'follow'
  | 'log'
  | 'only'
  | 'timeline'
  | 'mark'
  | 'mute'
  | 'unmute'
  | 'lock'
  | 'permissions'
  | 'admit'
  | 'refuse'
  | 'kick'
  | 'ban'
  | 'newRoom'
  | 'copyLink'
  | 'record'
  | 'folder'
  | 'invite'
  | 'closeRoom'
  | 'muteAll'
  | 'lockRoom'
  | 'letIn'
  | 'undo'
  | 'theme'
  | 'help'
  | 'quit';

export type Group = 'Views' | 'Moving' | 'Finding' | 'People' | 'Rooms' | 'General';

/** One row of the only table of keys: the footer, the help and the documentation are made from it. */
export interface Binding {
  readonly id: ActionId;
  readonly keys: readonly string[];
  /** One or two words for the footer. */
  readonly label: string;
  readonly description: string;
  readonly group: Group;
  /** Where the footer offers it; empty for what is in the help only. */
  readonly footer: readonly ViewName[];
  /** Why it can't be done now, as a sentence's end; undefined when it can. */
  readonly whyNot: Condition;
}

const LISTS: readonly ViewName[] = ['rooms', 'room', 'participants', 'recordings', 'events'];
const PEOPLE: readonly ViewName[] = ['room', 'participants'];
const ROOMS: readonly ViewName[] = ['rooms'];
const EVERYWHERE: readonly ViewName[] = ['rooms', 'room', ...VIEWS.map((view) => view.name)];
const onOne =
  (view: ViewName, what: string): Condition =>
  (c) =>
    c.view === view ? undefined : what;

function bind(
  id: ActionId,
  keys: readonly string[],
  group: Group,
  label: string,
  description: string,
  whyNot: Condition,
  footer: readonly ViewName[] = [],
): Binding {
  return { id, keys, group, label, description, whyNot, footer };
}

const aPerson = all(moderates, onParticipant, online);

export const BINDINGS: readonly Binding[] = [
  ...VIEWS.map((view) =>
    bind(`view:${view.name}`, [view.key], 'Views', view.title, `go to ${view.title}`, always),
  ),
  bind('down', ['j', 'down'], 'Moving', 'down', 'the next row', rows, ['network', 'doctor']),
  bind('up', ['k', 'up'], 'Moving', 'up', 'the row above', rows),
  bind('pageDown', ['pagedown'], 'Moving', 'page down', 'a page down', rows),
  bind('pageUp', ['pageup'], 'Moving', 'page up', 'a page up', rows),
  bind('first', ['g', 'home'], 'Moving', 'first', 'the first row', rows),
  bind('last', ['G', 'end'], 'Moving', 'last', 'the last row; in Events it also follows what comes', rows),
  bind(
    'open',
    ['enter'],
    'Moving',
    'open',
    'into the selected room, or the room of the selected participant',
    onRoom,
    ['rooms', 'participants'],
  ),
  bind(
    'back',
    ['esc'],
    'Moving',
    'back',
    'back, or clear the filter; never quits',
    (c) => (c.canGoBack ? undefined : 'there is nothing to go back to'),
    ['room'],
  ),
  bind(
    'mute',
    ['m'],
    'People',
    'mute',
    "mute the selected participant's microphone",
    all(aPerson, micIsOn),
    PEOPLE,
  ),
  bind(
    'unmute',
    ['u'],
    'People',
    'unmute',
    'unlock the microphone and unmute it, or ask them to',
    all(aPerson, micIsOff),
    PEOPLE,
  ),
  bind(
    'kick',
    ['K'],
    'People',
    'kick',
    'remove the participant and keep them out (asks first)',
    aPerson,
    PEOPLE,
  ),
  bind(
    'lock',
    ['M'],
    'People',
    'lock mute',
    'mute and lock the microphone (asks first)',
    all(aPerson, micIsNotLocked),
    PEOPLE,
  ),
  bind('ban', ['B'], 'People', 'ban', 'remove the participant for good (asks first)', aPerson, PEOPLE),
  bind(
    'permissions',
    ['p'],
    'People',
    'permissions',
    'what the participant may publish, hear and send',
    aPerson,
    PEOPLE,
  ),
  bind(
    'admit',
    ['a'],
    'People',
    'admit',
    'let in who has waited longest at the door of the room',
    all(moderates, onRoom, someoneWaits, online),
    ['room'],
  ),
  bind(
    'refuse',
    ['d'],
    'People',
    'refuse',
    'keep out who has waited longest, until the meeting is over',
    all(moderates, onRoom, someoneWaits, online),
    ['room'],
  ),
  bind(
    'mark',
    ['space'],
    'People',
    'mark',
    'mark the participant, or take the mark away: m, u, M, K and B then act on all who are marked',
    (c) => (c.participant ? undefined : 'no participant is selected'),
  ),
  bind('newRoom', ['n'], 'Rooms', 'new', 'make a room', all(changesRooms, online), ROOMS),
  bind(
    'copyLink',
    ['c'],
    'Rooms',
    'copy link',
    'copy the join link of the room, or the link of the recording, and show it',
    hasLink,
    ['rooms', 'room', 'recordings'],
  ),
  bind(
    'record',
    ['r'],
    'Rooms',
    'record',
    'start recording the room, or stop it (asks first)',
    all(canRecord, moderates, recordable, online),
    ['rooms', 'room', 'recordings'],
  ),
  bind(
    'folder',
    ['o'],
    'Rooms',
    'folder',
    'where the files of the recording are on the server, and copy the path',
    onRecording,
    ['recordings'],
  ),
  bind(
    'invite',
    ['i'],
    'Rooms',
    'invite',
    'make an invitation to the room, and copy its link',
    all(changesRooms, onRoom, online),
    ['rooms', 'room'],
  ),
  bind(
    'closeRoom',
    ['X'],
    'Rooms',
    'close',
    'close the room and end its meeting, or open it again (asks first)',
    all(changesRooms, onRoom, online),
    ROOMS,
  ),
  bind(
    'lockRoom',
    ['L'],
    'Rooms',
    'lock',
    'lock the room, so that nobody new gets in, or unlock it',
    all(changesRooms, onRoom, online),
    ['rooms', 'room'],
  ),
  bind(
    'letIn',
    ['D'],
    'Rooms',
    'kept out',
    'who is kept out of the room, and let somebody in again',
    all(moderates, onRoom, online),
  ),
  bind(
    'muteAll',
    ['A'],
    'Rooms',
    'mute all',
    'mute everyone who does not moderate the room and lock it so, or let them speak again (asks first)',
    all(moderates, onRoom, online),
  ),
  bind(
    'filter',
    ['/'],
    'Finding',
    'filter',
    'show only the rows that contain what you type',
    (c) => (c.filterable ? undefined : 'this view has no list'),
    LISTS,
  ),
  bind(
    'sort',
    ['s'],
    'Finding',
    'sort',
    'choose the column to sort by; the same one again turns the order',
    (c) => (c.sortable ? undefined : 'this view has no list to sort'),
    ['rooms', 'room', 'participants', 'recordings'],
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
  bind(
    'follow',
    ['f'],
    'Finding',
    'follow',
    'follow new events, or hold still',
    onOne('events', 'only Events can be followed'),
    ['events'],
  ),
  bind(
    'log',
    ['l'],
    'Finding',
    'log',
    "livekit's log instead of events, and back",
    onOne('events', 'the log is in Events'),
    ['events'],
  ),
  bind(
    'only',
    ['e'],
    'Finding',
    'only',
    'only events of one kind, one room, one person or by one actor; Esc shows all again',
    onOne('events', 'only Events can be chosen from'),
    ['events'],
  ),
  bind(
    'timeline',
    ['t'],
    'Finding',
    'timeline',
    'what happened in the room, instead of who is there, and back',
    onOne('room', 'only a room has a timeline: Enter goes into one'),
    ['room'],
  ),
  bind(
    'refresh',
    ['R'],
    'General',
    'refresh',
    'read everything from the server again; in Doctor: run the checks again',
    always,
    ['doctor'],
  ),
  bind(
    'undo',
    ['U'],
    'General',
    'undo',
    'take back what was done last: a kick, a ban, a mute, permissions, a closed or locked room',
    all(undoable, online),
    ['rooms', 'room', 'participants'],
  ),
  bind('theme', ['T'], 'General', 'theme', 'colours for a dark or a light background', always),
  bind('help', ['?'], 'General', 'help', 'all keys, and why some are not available', always, EVERYWHERE),
  bind(
    'quit',
    ['q', 'ctrl-c'],
    'General',
    'quit',
    'leave the dashboard; asks what becomes of a server that it started',
    always,
    EVERYWHERE,
  ),
];

const byKey = new Map(BINDINGS.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)));

export function bindingOf(key: string): Binding | undefined {
  return byKey.get(key);
}

const SHOWN: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  esc: 'Esc',
  space: 'Space',
  'ctrl-c': 'Ctrl-C',
};

/** A key as people read it. */
export function keyLabel(key: string): string {
  return SHOWN[key] ?? key;
}
