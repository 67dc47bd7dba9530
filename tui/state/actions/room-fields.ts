import type { Room, RoomChange } from '../../../src/modules/rooms/model.ts';
import { lineOf } from '../../text/line.ts';
import { secondsFrom, secondsText } from '../../text/seconds.ts';
import {
  chosenSwitch,
  type Fault,
  type Field,
  switchField,
  textField,
  type Values,
} from '../dialogs/form.ts';

/** As the server's schema has it; told here before it is sent. */
const ROOM_NAME = /^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/;
const MOST_PEOPLE = 10_000;
const PASSWORD_LENGTHS = [4, 200] as const;
const DAY_S = 86_400;

const SWITCHES = ['approval', 'locked', 'autoRecord', 'consent'] as const;
const TIMES = ['emptyTimeout', 'departureTimeout'] as const;

/** What this form is about. */
type Settings = Omit<RoomChange, 'permissions' | 'roles' | 'state'>;

const ACCESS = [
  { value: 'public', label: 'anyone with the link' },
  { value: 'members', label: 'anyone with an account' },
  { value: 'private', label: 'members of the room only' },
] as const;
const AS_EACH = { value: '', label: 'as each has it' } as const;

/** What a room needs at first. */
export const FIRST_FIELDS: readonly Field[] = [
  textField('name', 'name', 'made up when empty: a-z, 0-9 and -'),
  textField('title', 'title', 'what people see'),
  { kind: 'choice', id: 'access', label: 'who may join', choices: ACCESS, at: 0 },
  textField('maxParticipants', 'limit', "people at once; the server's default when empty"),
];

/** All that can be set of a room that is made, beginning with what was given already. */
export function allFields(given: Values): readonly Field[] {
  const first = FIRST_FIELDS.map((field) => filled(field, given[field.id]));
  const times = [
    textField('emptyTimeout', 'waits empty', "for the first one: 5m, 90s; the server's default when empty"),
    textField(
      'departureTimeout',
      'stays after',
      "the last one left: 20s, 5m; the server's default when empty",
    ),
  ];
  const names = new Set([...FIRST_FIELDS, ...times].map(({ id }) => id));
  return [...first, ...settingsFields([]).filter(({ id }) => !names.has(id)), ...times];
}

function filled(field: Field, value: Values[string] | undefined): Field {
  if (field.kind === 'text') return { ...field, line: lineOf(String(value ?? '')) };
  if (field.kind === 'choice')
    return {
      ...field,
      at: Math.max(
        0,
        field.choices.findIndex((choice) => choice.value === value),
      ),
    };
  return { ...field, on: value === true };
}

/** All that can be set of rooms, as they have it; what they differ in is left to each unless it is chosen. */
export function settingsFields(rooms: readonly Room[]): readonly Field[] {
  const of = <K extends keyof Room>(key: K) => rooms.map((room) => room[key]);
  const time = (key: 'emptyTimeout' | 'departureTimeout') => of(key).map(secondsText);
  return [
    ...(rooms.length === 1 ? [textField('title', 'title', 'what people see', rooms[0]?.title)] : []),
    accessField(of('access')),
    sameText('maxParticipants', 'limit', 'people at once', of('maxParticipants').map(String)),
    switchField('approval', 'waiting room: a moderator lets people in', of('approval')),
    switchField('locked', 'locked: nobody new gets in but moderators', of('locked')),
    ...passwordFields(of('hasPassword')),
    switchField('autoRecord', 'every meeting is recorded', of('autoRecord')),
    switchField('consent', 'people are asked whether they agree to be recorded', of('consent')),
    sameText('emptyTimeout', 'waits empty', 'for the first one: 5m, 90s', time('emptyTimeout')),
    sameText('departureTimeout', 'stays after', 'the last one left: 20s, 5m', time('departureTimeout')),
  ];
}

function accessField(values: readonly string[]): Field {
  const field = { kind: 'choice', id: 'access', label: 'who may join' } as const;
  const at = ACCESS.findIndex(({ value }) => values.every((each) => each === value));
  return at >= 0 || values.length === 0
    ? { ...field, choices: ACCESS, at: Math.max(0, at) }
    : { ...field, choices: [AS_EACH, ...ACCESS], at: 0 };
}

/** Never told again, so it is not there to be changed: only to be set, or taken away. */
function passwordFields(has: readonly boolean[]): readonly Field[] {
  const hint = has.some(Boolean) ? 'a new one; empty keeps the one that is set' : 'at least 4 characters';
  return [
    switchField('hasPassword', 'needs a password, unless invited', has),
    { ...textField('password', 'password', hint), isSecret: true },
  ];
}

function sameText(id: string, label: string, hint: string, values: readonly string[]): Field {
  const [first = ''] = values;
  return values.every((value) => value === first)
    ? textField(id, label, hint, first)
    : textField(id, label, `${hint}; empty: as each has it`);
}

/** What is wrong with the values of a form that began with `before`, with how it is right. */
export function checkRoom(values: Values, before: Values): Fault | undefined {
  const { name = '', maxParticipants = '' } = values;
  const isEmptied = (id: string) => values[id] === '' && before[id] !== undefined && before[id] !== '';
  if (name !== '' && !ROOM_NAME.test(String(name)))
    return { field: 'name', text: 'name: 3 to 63 of a-z, 0-9 and -, no - at the ends' };
  const isLimit = maxParticipants === '' || isWhole(Number(maxParticipants), MOST_PEOPLE);
  if (!isLimit || isEmptied('maxParticipants'))
    return { field: 'maxParticipants', text: `limit: a whole number from 1 to ${MOST_PEOPLE}` };
  for (const field of TIMES) {
    const text = values[field] ?? '';
    const isTime = text === '' || isWhole(secondsFrom(String(text)), DAY_S);
    if (!isTime || isEmptied(field)) return { field, text: 'a time from 1s to 24h, such as 90s, 5m or 1h' };
  }
  return checkPassword(values, before);
}

function checkPassword({ password = '', hasPassword }: Values, before: Values): Fault | undefined {
  const [least, most] = PASSWORD_LENGTHS;
  const { length } = String(password);
  const isSwitched = hasPassword !== before.hasPassword;
  const needs = chosenSwitch(hasPassword ?? '');
  if (length > 0 && needs === false && isSwitched)
    return { field: 'password', text: 'password: it is to be taken away; leave this empty' };
  const isMissing = length === 0 && needs === true && isSwitched;
  if (!isMissing && (length === 0 || (length >= least && length <= most))) return undefined;
  return { field: 'password', text: `password: ${least} to ${most} characters` };
}

function isWhole(n: number | undefined, most: number): boolean {
  return n !== undefined && Number.isInteger(n) && n >= 1 && n <= most;
}

/** What was changed in a form that began with `before`. */
export function changeFrom(values: Values, before: Values): Settings {
  const changed = (id: string) => values[id] !== undefined && values[id] !== before[id];
  const change: Settings = {};
  if (changed('title')) change.title = String(values.title);
  if (changed('access') && values.access !== '') change.access = values.access as Room['access'];
  if (changed('maxParticipants') && values.maxParticipants !== '')
    change.maxParticipants = Number(values.maxParticipants);
  for (const id of SWITCHES) {
    const on = changed(id) ? chosenSwitch(values[id]) : undefined;
    if (on !== undefined) change[id] = on;
  }
  for (const id of TIMES) {
    const seconds = changed(id) ? secondsFrom(String(values[id])) : undefined;
    if (seconds !== undefined) change[id] = seconds;
  }
  if (values.password) change.password = String(values.password);
  else if (changed('hasPassword') && chosenSwitch(values.hasPassword) === false) change.password = null;
  return change;
}
