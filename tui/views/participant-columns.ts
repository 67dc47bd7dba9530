import type { Participant } from '../../src/modules/participants/model.ts';
import type { Column } from '../components/columns.ts';
import { clean } from '../text/clean.ts';
import { since } from '../text/time.ts';
import type { Role } from '../theme/theme.ts';

/** What is known of a participant, the room left out where all are in the same one. */
export const PARTICIPANT_COLUMNS: readonly Column<Participant>[] = [
  { id: 'name', title: 'name', width: 14, grow: 3, drop: 0, cell: (p) => clean(p.name || p.identity) },
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
  { id: 'role', title: 'role', width: 9, drop: 5, cell: (p) => [p.role, 'quiet'] },
  {
    id: 'mic',
    title: 'mic',
    width: 6,
    drop: 0,
    cell: (p) => (p.micLocked ? ['locked', 'warn'] : source(p, 'microphone')),
  },
  { id: 'camera', title: 'cam', width: 5, drop: 1, cell: (p) => source(p, 'camera') },
  { id: 'screen', title: 'screen', width: 6, drop: 4, cell: (p) => source(p, 'screen_share') },
  { id: 'path', title: 'path', width: 8, drop: 3, cell: path },
  {
    id: 'since',
    title: 'since',
    width: 8,
    align: 'right',
    drop: 3,
    cell: (p, now) => since(p.joinedAt, now),
  },
];

export const INSIDE_COLUMNS = PARTICIPANT_COLUMNS.filter((column) => column.id !== 'room');

function source(participant: Participant, name: string): readonly [string, Role] {
  const track = participant.tracks.find((candidate) => candidate.source === name);
  if (track === undefined) return ['-', 'quiet'];
  return track.muted ? ['muted', 'warn'] : ['on', 'good'];
}

function path(participant: Participant): string | readonly [string, Role] {
  if (participant.state === 'reconnecting') return ['lost', 'bad'];
  if (participant.state === 'joining') return ['joining', 'quiet'];
  return participant.path ?? ['-', 'quiet'];
}
