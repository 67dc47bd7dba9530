import type { Room, RoomChange } from '../../../src/modules/rooms/model.ts';
import { doAll, whoOf } from '../batch.ts';
import type { Desk } from '../desk.ts';
import {
  chosenSwitch,
  type Field,
  type FormDialog,
  switchField,
  type Values,
  valuesOf,
} from '../dialogs/form.ts';
import { ROOMS } from './many-rooms.ts';
import { MEDIA_SWITCHES, publishedBy, publishFields, SOURCES } from './media-rights.ts';
import { showAgain } from './show-again.ts';

type Role = 'moderator' | 'attendee' | 'guest';
type RoleSet = Room['roles'][Role];
type Change = NonNullable<NonNullable<RoomChange['roles']>['moderator']>;

const ROLES: readonly { readonly role: Role; readonly label: string }[] = [
  { role: 'attendee', label: 'attendees: members, and who has an account' },
  { role: 'guest', label: 'guests: who has no account' },
  { role: 'moderator', label: 'moderators' },
];

const MEDIA = [...MEDIA_SWITCHES, { id: 'hidden', label: 'are not seen by the others' }] as const;
/** Guests have no account by which they could. */
const POWERS = [
  { id: 'moderate', label: 'moderate: mute, kick, ban, let in, lock' },
  { id: 'record', label: 'record' },
  { id: 'invite', label: 'invite' },
] as const;

/** What those of a role may do in a room, or in several; owners may do everything always. */
export function roles(desk: Desk, rooms: readonly Room[]): void {
  desk.set({
    dialog: {
      kind: 'ask',
      title: `What may who do in ${whoOf(rooms, ROOMS)}?`,
      lines: [],
      layout: 'column',
      cursor: 0,
      options: ROLES.map(({ role, label }) => ({
        label,
        run: () => desk.set({ dialog: roleForm(desk, rooms, role) }),
      })),
    },
  });
}

function roleForm(desk: Desk, rooms: readonly Room[], role: Role): FormDialog {
  const sets = rooms.map((room) => room.roles[role]);
  const fields: Field[] = [
    ...publishFields(sets),
    ...[...MEDIA, ...(role === 'guest' ? [] : POWERS)].map(({ id, label }) =>
      switchField(
        id,
        label,
        sets.map((set) => set[id]),
      ),
    ),
  ];
  const before = valuesOf(fields);
  return {
    kind: 'form',
    title: `What ${role}s may do in ${whoOf(rooms, ROOMS)}`,
    fields,
    submitLabel: 'Save',
    cursor: 0,
    check: () => undefined,
    submit: (values, form) => {
      const changed = rooms.filter(
        (room) => Object.keys(changeOf(room.roles[role], values, before)).length > 0,
      );
      if (changed.length === 0) return desk.say('nothing was changed');
      send(desk, changed, role, (room) => changeOf(room.roles[role], values, before), form);
    },
  };
}

function send(
  desk: Desk,
  rooms: readonly Room[],
  role: Role,
  to: (room: Room) => Change,
  form: FormDialog,
): void {
  const set = async (room: Room, change: Change) =>
    desk.world.putRoom(await desk.api.changeRoom(room.name, { roles: { [role]: change } }));
  desk.batch<Room>({
    ...ROOMS,
    doing: 'changing',
    items: rooms,
    work: (room) => set(room, to(room)),
    said: (who) => `${role}s of ${who} may do what you chose, now and later`,
    undo: (who, done) => ({
      what: `what ${role}s of ${who} may do`,
      run: async () => {
        await doAll({ ...ROOMS, items: done, work: (room) => set(room, pick(room.roles[role], to(room))) });
        return `${role}s of ${who} may do what they could before`;
      },
    }),
    failed: showAgain(desk, form),
  });
}

function changeOf(set: RoleSet, values: Values, before: Values): Change {
  const change: Change = {};
  const isChanged = (id: string) => values[id] !== before[id];
  if (SOURCES.some(isChanged)) change.publish = publishedBy(values, set.publish);
  for (const { id } of [...MEDIA, ...POWERS]) {
    const on = isChanged(id) ? chosenSwitch(values[id]) : undefined;
    if (on !== undefined) change[id] = on;
  }
  return change;
}

/** What a set has of that which a change is about. */
function pick(set: RoleSet, change: Change): Change {
  const keys = Object.keys(change) as (keyof RoleSet)[];
  return Object.fromEntries(keys.map((key) => [key, set[key]]));
}
