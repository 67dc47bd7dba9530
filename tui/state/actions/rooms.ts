import type { Room, RoomCreate } from '../../../src/modules/rooms/model.ts';
import { joinLink } from '../../text/link.ts';
import type { Actions, Desk } from '../desk.ts';
import { type FormDialog, type Values, valuesOf } from '../dialogs/form.ts';
import { pager } from '../dialogs/pager.ts';
import { deletes } from './delete.ts';
import { everyone } from './everyone.ts';
import { invite } from './invite.ts';
import { invites } from './invites.ts';
import { onRooms } from './many-rooms.ts';
import { members } from './members.ts';
import { showFileLink } from './recordings.ts';
import { roles } from './roles.ts';
import { allFields, changeFrom, checkRoom, FIRST_FIELDS, settingsFields } from './room-fields.ts';
import { settings } from './settings.ts';
import { showAgain } from './show-again.ts';

type RoomsAction =
  | 'newRoom'
  | 'copyLink'
  | 'invite'
  | 'invites'
  | 'members'
  | 'settings'
  | 'roles'
  | 'everyone'
  | 'delete';

export const rooms: Actions<RoomsAction> = {
  newRoom: (desk) => desk.set({ dialog: newRoomForm(desk) }),
  copyLink(desk) {
    const { rooms: those, recording } = desk.context();
    const [room, ...more] = those;
    if (recording) showFileLink(desk, recording);
    else if (more.length > 0) showLinks(desk, those);
    else if (room) showLink(desk, room.name, true);
  },
  invite,
  invites,
  members,
  settings: onRooms(settings),
  roles: onRooms(roles),
  everyone: onRooms(everyone),
  delete: deletes,
};

/** The few things that most rooms need, and a button for all the others. */
function newRoomForm(desk: Desk): FormDialog {
  return {
    kind: 'form',
    title: 'New room',
    fields: FIRST_FIELDS,
    submitLabel: 'Make room',
    cursor: 0,
    check: (values) => checkRoom(values, {}),
    submit: (values, form) => create(desk, values, form),
    more: { label: 'More settings', form: (given) => fullForm(desk, given) },
  };
}

function fullForm(desk: Desk, given: Values): FormDialog {
  const fields = allFields(given);
  const { more: _, ...form } = newRoomForm(desk);
  const before = valuesOf(settingsFields([]));
  return { ...form, fields, cursor: FIRST_FIELDS.length, check: (values) => checkRoom(values, before) };
}

function create(desk: Desk, values: Values, form: FormDialog): void {
  const room: RoomCreate = {
    ...changeFrom(values, { ...valuesOf(settingsFields([])), access: '' }),
    ...(values.name ? { name: String(values.name) } : {}),
  };
  const work = async () => {
    const made = await desk.api.createRoom(room);
    desk.world.putRoom(made);
    desk.go('rooms');
    desk.lists.rooms.select(made.name);
    // What was opened meanwhile is not taken away.
    if (desk.ui.dialog === undefined) showLink(desk, made.name, false);
    return `${made.name} is there; c copies its link`;
  };
  desk.attempt('making the room', work, undefined, showAgain(desk, form));
}

/** All of them at once: one a line, as they are pasted. */
function showLinks(desk: Desk, all: readonly Room[]): void {
  const links = all.map(({ name }) => joinLink(desk.world.system?.url, name));
  desk.host.copy(links.join('\n'));
  desk.set({
    dialog: pager(`Join links of ${all.length} rooms`, [
      { text: 'Copied, one a line, if your terminal allows it.', tone: 'quiet' },
      ...links.map((text) => ({ text })),
    ]),
  });
}

function showLink(desk: Desk, name: string, isCopied: boolean): void {
  const link = joinLink(desk.world.system?.url, name);
  const copy = () => desk.host.copy(link);
  if (isCopied) copy();
  desk.set({ dialog: { kind: 'link', title: `Join link of ${name}`, link, lines: [], copy, isCopied } });
}
