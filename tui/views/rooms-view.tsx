import { Box } from 'ink';
import type { Column } from '../components/columns.ts';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import type { LiveRoom } from '../state/head-count.ts';
import { clean } from '../text/clean.ts';
import { isDetour, pathsText } from '../text/paths.ts';
import { since } from '../text/time.ts';
import { FirstRoom } from './first-room.tsx';
import { ROOM_DETAIL_LINES, RoomDetail } from './room-detail.tsx';
import type { ViewProps } from './view-props.ts';

/** Lines that the view needs to have some for the selected room's details. */
const DETAILED_FROM = 16;

export const ROOM_COLUMNS: readonly Column<LiveRoom>[] = [
  { id: 'name', title: 'room', width: 16, grow: 2, drop: 0, cut: 'middle', cell: (room) => room.name },
  {
    id: 'people',
    title: 'people',
    width: 7,
    align: 'right',
    drop: 0,
    cell: (room) => number(room.participants),
  },
  {
    id: 'publishers',
    title: 'pub',
    width: 4,
    align: 'right',
    drop: 2,
    cell: (room) => number(room.publishers),
  },
  {
    id: 'recording',
    title: 'rec',
    width: 3,
    drop: 3,
    cell: (room) => (room.recording ? ['REC', 'bad'] : ''),
  },
  {
    id: 'age',
    title: 'meeting',
    width: 8,
    align: 'right',
    drop: 1,
    cell: (room, now) => (room.session ? since(room.session.startedAt, now) : ['-', 'quiet']),
  },
  {
    id: 'limit',
    title: 'limit',
    width: 6,
    align: 'right',
    drop: 4,
    cell: (room) => [String(room.maxParticipants), 'quiet'],
  },
  {
    id: 'paths',
    title: 'paths',
    width: 22,
    drop: 6,
    cell: ({ paths }) => [pathsText(paths), isDetour(paths) ? 'warn' : 'quiet'],
  },
  { id: 'state', title: 'state', width: 8, drop: 0, cell: stateOf },
  // last, so that a title written from right to left has no numbers behind it that a terminal would turn round with it
  { id: 'title', title: 'title', width: 12, grow: 3, drop: 5, cell: (room) => [clean(room.title), 'quiet'] },
];

function number(n: number): string | readonly [string, 'quiet'] {
  return n === 0 ? ['0', 'quiet'] : String(n);
}

/** What an operator would want to know first: why people can't get in. */
function stateOf(room: LiveRoom) {
  if (room.state === 'closed') return ['closed', 'bad'] as const;
  if (room.waiting > 0) return [room.waiting === 1 ? '1 waits' : `${room.waiting} wait`, 'warn'] as const;
  if (room.locked) return ['locked', 'warn'] as const;
  if (room.participants >= room.maxParticipants) return ['full', 'warn'] as const;
  return [room.access === 'public' ? 'open' : room.access, 'quiet'] as const;
}

/** All rooms, live. With none of them: how to make the first. */
export function RoomsView({ width, height }: ViewProps) {
  const none = useDashboard(
    (dashboard) => dashboard.world.rooms.size === 0 && dashboard.feed.connection.state === 'live',
  );
  if (none) return <FirstRoom width={width} height={height} />;
  const details = height >= DETAILED_FROM ? ROOM_DETAIL_LINES : 0;
  return (
    <Box flexDirection="column" height={height}>
      <Table
        columns={ROOM_COLUMNS}
        listOf={(dashboard) => dashboard.lists.rooms}
        idOf={(room) => room.name}
        sortOf={(dashboard) => dashboard.lists.sorts.rooms}
        choiceOf={(dashboard) => dashboard.lists.columns.rooms}
        marksOf={(dashboard) => dashboard.lists.marks.rooms.ids}
        width={width}
        height={height - details}
        empty="there is no room"
      />
      {details > 0 && <RoomDetail width={width} />}
    </Box>
  );
}
