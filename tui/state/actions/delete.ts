import type { Recording } from '../../../src/modules/recordings/model.ts';
import type { Room } from '../../../src/modules/rooms/model.ts';
import { isActive } from '../../text/recording.ts';
import { are, whoOf } from '../batch.ts';
import type { Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import { question, ROOMS } from './many-rooms.ts';

/** For good, so it asks and rests on Cancel: the rooms, or the recording that is selected. */
export function deletes(desk: Desk): void {
  const { rooms, recording } = desk.context();
  if (recording) deleteRecording(desk, recording);
  else if (rooms.length > 0) deleteRooms(desk, rooms);
}

function deleteRooms(desk: Desk, rooms: readonly Room[]): void {
  const people = rooms.reduce((sum, room) => sum + room.participants, 0);
  const run = () => {
    const isInside = desk.ui.view === 'room';
    desk.batch<Room>({
      ...ROOMS,
      doing: 'deleting',
      items: rooms,
      work: ({ name }) => desk.api.deleteRoom(name),
      said: (who, done) => `${who} ${are(done)} deleted`,
    });
    if (isInside) desk.go('rooms');
  };
  const lost =
    people === 0 ? 'Nobody is in a meeting there.' : `${people} in a meeting there are disconnected.`;
  const line = `${lost} Members and invitations go too, for good; recordings stay.`;
  desk.set({ dialog: question(`Delete ${whoOf(rooms, ROOMS)}?`, line, rooms, 'Delete', run) });
}

function deleteRecording(desk: Desk, recording: Recording): void {
  const { id, room } = recording;
  if (isActive(recording)) {
    desk.say(`${room} is still being recorded: r stops it`);
    return;
  }
  const run = () =>
    desk.attempt(`deleting the recording of ${room}`, async () => {
      await desk.api.deleteRecording(id);
      return `the recording of ${room} is deleted`;
    });
  desk.set({
    dialog: confirm(`Delete the recording of ${room}?`, ['Its files go too, for good.', id], 'Delete', run),
  });
}
