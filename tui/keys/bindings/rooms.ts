import type { ViewName } from '../../state/view.ts';
import { bind } from '../binding.ts';
import {
  all,
  canRecord,
  changesRooms,
  hasLink,
  moderates,
  online,
  onRecording,
  onRoom,
  onRooms,
  recordable,
} from '../context.ts';

const ROOMS: readonly ViewName[] = ['rooms'];

/** What is done to rooms and their recordings. */
export const ROOMS_KEYS = [
  bind('newRoom', ['n'], 'Rooms', 'new', 'make a room', all(changesRooms, online), ROOMS),
  bind(
    'copyLink',
    ['c'],
    'Rooms',
    'copy link',
    'copy the join links of the rooms, or the link of the recording, and show them',
    hasLink,
    ['rooms', 'room', 'recordings'],
  ),
  bind(
    'record',
    ['r'],
    'Rooms',
    'record',
    'start recording the room, or stop it (asks first; for several always)',
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
    all(changesRooms, onRooms, online),
    ROOMS,
  ),
  bind(
    'lockRoom',
    ['L'],
    'Rooms',
    'lock',
    'lock the room, so that nobody new gets in, or unlock it (asks first for several)',
    all(changesRooms, onRooms, online),
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
    all(moderates, onRooms, online),
  ),
];
