import type { Room, RoomChange } from '../../../src/modules/rooms/model.ts';
import { doAll, have, whoOf } from '../batch.ts';
import type { Desk } from '../desk.ts';
import { type Field, type FormDialog, type Values, valuesOf } from '../dialogs/form.ts';
import { question, ROOMS } from './many-rooms.ts';
import { changeFrom, checkRoom, settingsFields } from './room-fields.ts';
import { showAgain } from './show-again.ts';

/** All settings of a room, or of several at once, as they are; only what is changed is sent. */
export function settings(desk: Desk, rooms: readonly Room[]): void {
  const fields = settingsFields(rooms);
  const before = valuesOf(fields);
  desk.set({
    dialog: {
      kind: 'form',
      title: `Settings of ${whoOf(rooms, ROOMS)}`,
      fields,
      submitLabel: 'Save',
      cursor: 0,
      check: (values) => checkRoom(values, before),
      submit: (values, form) => save(desk, rooms, values, before, form),
    },
  });
}

function save(desk: Desk, rooms: readonly Room[], values: Values, before: Values, form: FormDialog): void {
  const change = changeFrom(values, before);
  if (Object.keys(change).length === 0) {
    desk.say('nothing was changed');
    return;
  }
  const run = () => send(desk, rooms, change, form);
  if (rooms.length === 1) {
    run();
    return;
  }
  const line = changesText(form.fields, before, values);
  desk.set({ dialog: question(`Change ${whoOf(rooms, ROOMS)}?`, line, rooms, 'Change', run) });
}

function send(desk: Desk, rooms: readonly Room[], change: RoomChange, form: FormDialog): void {
  const set = async (room: Room, to: RoomChange) =>
    desk.world.putRoom(await desk.api.changeRoom(room.name, to));
  const back = undoOf(change);
  const canUndo = change.password === undefined;
  desk.batch<Room>({
    ...ROOMS,
    doing: 'changing',
    items: rooms,
    work: (room) => set(room, change),
    said: (who, done) => `${who} ${have(done)} the new settings`,
    ...(canUndo && {
      undo: (who, done) => ({
        what: `the settings of ${who}`,
        run: async () => {
          await doAll({ ...ROOMS, items: done, work: (room) => set(room, back(room)) });
          return `${who} ${have(done)} the settings of before`;
        },
      }),
    }),
    failed: showAgain(desk, form),
  });
}

/** What takes a change back; a password is never told, so nobody can give it back. */
function undoOf(change: RoomChange): (room: Room) => RoomChange {
  const keys = Object.keys(change).filter((key) => key !== 'password') as (keyof RoomChange & keyof Room)[];
  return (room) => Object.fromEntries(keys.map((key) => [key, room[key]])) as RoomChange;
}

/** `limit: 20; every meeting is recorded: yes`. */
function changesText(fields: readonly Field[], before: Values, values: Values): string {
  return fields
    .filter(({ id }) => values[id] !== before[id])
    .map((field) => `${field.label}: ${shownValue(field)}`)
    .join('; ');
}

function shownValue(field: Field): string {
  if (field.kind === 'check') return field.on ? 'yes' : 'no';
  if (field.kind === 'choice') return field.choices[field.at]?.label ?? '';
  return field.isSecret ? 'a new one' : field.line.text;
}
