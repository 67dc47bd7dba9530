import type { LiveParticipant } from '../../src/modules/participants/model.ts';
import { type Column, textOf } from '../components/columns.ts';
import { isWaiting, type Person } from '../state/everybody.ts';
import { clean } from '../text/clean.ts';
import { nameOf } from '../text/name.ts';
import { since } from '../text/time.ts';

type Cell = ReturnType<Column<Person>['cell']>;

const WAITS: Cell = ['waits', 'warn'];

/** What is known of everybody, the room left out where all are in the same one. */
export const PARTICIPANT_COLUMNS: readonly Column<Person>[] = [
  { id: 'name', title: 'name', width: 14, grow: 3, drop: 0, cell: (p) => nameOf(p) },
  { id: 'room', title: 'room', width: 12, grow: 2, drop: 2, cut: 'middle', cell: (p) => p.room },
  {
    id: 'identity',
    title: 'identity',
    width: 12,
    grow: 1,
    drop: 6,
    cut: 'middle',
    cell: (p) => [clean(p.identity), 'quiet'],
  },
  { id: 'role', title: 'role', width: 9, drop: 5, cell: (p) => [p.role ?? '-', 'quiet'] },
  {
    id: 'mic',
    title: 'mic',
    width: 6,
    drop: 0,
    // Who waits has no microphone here yet: the column that is always there tells that they wait.
    cell: inside(microphone, WAITS),
    // Who speaks changes several times a second.
    steady: (p) => textOf(inside((one) => microphone({ ...one, speaking: null }), WAITS)(p)),
  },
  { id: 'camera', title: 'cam', width: 5, drop: 1, cell: inside((p) => source(p, 'camera')) },
  { id: 'screen', title: 'screen', width: 6, drop: 4, cell: inside((p) => source(p, 'screen_share')) },
  {
    id: 'tracks',
    title: 'tracks',
    width: 6,
    align: 'right',
    drop: 7,
    cell: inside((p) => [String(p.tracks.length), p.tracks.length === 0 ? 'quiet' : 'plain']),
  },
  { id: 'path', title: 'path', width: 8, drop: 3, cell: inside(path) },
  {
    id: 'since',
    title: 'since',
    width: 8,
    align: 'right',
    drop: 3,
    cell: (p, now) => since(isWaiting(p) ? p.since : p.joinedAt, now),
  },
];

export const INSIDE_COLUMNS = PARTICIPANT_COLUMNS.filter((column) => column.id !== 'room');

/** What can be told of those only who are in. */
function inside(cell: (participant: LiveParticipant) => Cell, atDoor: Cell = ['-', 'quiet']) {
  return (person: Person): Cell => (isWaiting(person) ? atDoor : cell(person));
}

function microphone(participant: LiveParticipant): Cell {
  if (participant.micLocked) return ['locked', 'warn'];
  const cell = source(participant, 'microphone');
  return participant.speaking && textOf(cell) === 'on' ? ['speaks', 'brand'] : cell;
}

function source(participant: LiveParticipant, name: string): Cell {
  const track = participant.tracks.find((candidate) => candidate.source === name);
  if (track === undefined) return ['-', 'quiet'];
  return track.muted ? ['muted', 'warn'] : ['on', 'good'];
}

function path(participant: LiveParticipant): Cell {
  if (participant.state === 'reconnecting') return ['lost', 'bad'];
  if (participant.state === 'joining') return ['joining', 'quiet'];
  return participant.path ?? ['-', 'quiet'];
}
