import type { Room, RoomCreate } from '../../../src/modules/rooms/model.ts';
import { joinLink } from '../../text/link.ts';
import type { Actions, Desk } from '../desk.ts';
import { textField, type Values } from '../dialogs/form.ts';
import { pager } from '../dialogs/pager.ts';
import { invite } from './invite.ts';
import { showFileLink } from './recordings.ts';

/** As the server's schema has it; told here before it is sent. */
const ROOM_NAME = /^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/;

const ACCESS = [
  { value: 'public', label: 'anyone with the link' },
  { value: 'members', label: 'anyone with an account' },
  { value: 'private', label: 'members of the room only' },
] as const;

export const rooms: Actions<'newRoom' | 'copyLink' | 'invite'> = {
  newRoom: (desk) =>
    desk.set({
      dialog: {
        kind: 'form',
        title: 'New room',
        fields: [
          textField('name', 'name', 'made up when empty: a-z, 0-9 and -'),
          textField('title', 'title', 'what people see'),
          { kind: 'choice', id: 'access', label: 'who may join', choices: ACCESS, at: 0 },
          textField('maxParticipants', 'limit', "people at once; the server's default when empty"),
        ],
        submitLabel: 'Make room',
        cursor: 0,
        check: checkRoom,
        submit: (values) => create(desk, values),
      },
    }),
  copyLink(desk) {
    const { rooms: those, recording } = desk.context();
    const [room, ...more] = those;
    if (recording) showFileLink(desk, recording);
    else if (more.length > 0) showLinks(desk, those);
    else if (room) showLink(desk, room.name, true);
  },
  invite,
};

function checkRoom(values: Values): string | undefined {
  const name = String(values.name);
  const limit = String(values.maxParticipants);
  if (name !== '' && !ROOM_NAME.test(name)) return 'name: 3 to 63 of a-z, 0-9 and -, no - at the ends';
  if (limit !== '' && !(Number.isInteger(Number(limit)) && Number(limit) >= 1 && Number(limit) <= 10_000)) {
    return 'limit: a whole number from 1 to 10000';
  }
  return undefined;
}

function create(desk: Desk, values: Values): void {
  const room: RoomCreate = {
    access: values.access as RoomCreate['access'],
    ...(values.name ? { name: String(values.name) } : {}),
    ...(values.title ? { title: String(values.title) } : {}),
    ...(values.maxParticipants ? { maxParticipants: Number(values.maxParticipants) } : {}),
  };
  desk.attempt('making the room', async () => {
    const made = await desk.api.createRoom(room);
    desk.world.putRoom(made);
    desk.go('rooms');
    desk.lists.rooms.select(made.name);
    // What was opened meanwhile is not taken away.
    if (desk.ui.dialog === undefined) showLink(desk, made.name, false);
    return `${made.name} is there; c copies its link`;
  });
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
