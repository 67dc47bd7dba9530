import { Box } from 'ink';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import { Line, type Segment } from '../components/segments.tsx';
import { Table } from '../components/table.tsx';
import { sameItems, useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useNow } from '../hooks/use-now.ts';
import type { Dashboard } from '../state/dashboard.ts';
import { isWaiting } from '../state/everybody.ts';
import { knocksOf, waitingFor } from '../state/waiting.ts';
import { clean } from '../text/clean.ts';
import { joinLink } from '../text/link.ts';
import { nameOf } from '../text/name.ts';
import { clockTime, count, lasting, since } from '../text/time.ts';
import { EVENT_COLUMNS } from './events-view.tsx';
import { INSIDE_COLUMNS } from './participant-columns.ts';
import type { ViewProps } from './view-props.ts';

/** All that is told here is of one room, mostly done by the people who are named. */
export const TIMELINE_COLUMNS = EVENT_COLUMNS.filter(({ id }) => id !== 'kind');

const HEAD_LINES = 3;
const NAMED_WAITING = 4;
const TRACKS_LINES = 2;

const roomOf = (dashboard: Dashboard) =>
  dashboard.ui.room === undefined ? undefined : dashboard.world.rooms.get(dashboard.ui.room);

/** The inside of one room: how it stands, and who is in it and what the selected one publishes, or what happened. */
export function RoomView({ width, height }: ViewProps) {
  const { dashboard } = useShown();
  const showsTimeline = useDashboard((dashboard) => dashboard.ui.showsTimeline);
  return (
    <Box flexDirection="column" height={height}>
      <Head />
      {showsTimeline ? (
        <Table
          columns={TIMELINE_COLUMNS}
          listOf={(dashboard) => dashboard.lists.timeline}
          idOf={(row) => String(row.n)}
          width={width}
          height={height - HEAD_LINES}
          empty="nothing has happened here yet"
        />
      ) : (
        <>
          <Table
            columns={INSIDE_COLUMNS}
            listOf={(dashboard) => dashboard.lists.inside}
            idOf={dashboard.lists.everybody.idOf}
            sortOf={(dashboard) => dashboard.lists.sorts.participants}
            choiceOf={(dashboard) => dashboard.lists.columns.participants}
            marksOf={(dashboard) => dashboard.lists.marks.people.ids}
            width={width}
            height={height - HEAD_LINES - TRACKS_LINES}
            empty="nobody is here; c copies the join link"
          />
          <Tracks />
        </>
      )}
    </Box>
  );
}

function Head() {
  const { glyphs } = useShown();
  const now = useNow();
  const name = useDashboard((dashboard) => dashboard.ui.room ?? '');
  const room = useDashboard(roomOf);
  const url = useDashboard((dashboard) => dashboard.world.system?.url);
  const waiting = useDashboard((dashboard) => waitingFor(dashboard.world, name), sameItems);
  const dot: Segment = [` ${glyphs.dot} `, 'quiet'];
  if (room === undefined) {
    return (
      <Box flexDirection="column">
        <Line segments={['  ', [name, 'strong'], dot, ['deleted', 'bad']]} />
        <Line segments={['']} />
        <Line segments={['']} />
      </Box>
    );
  }
  const waits = waitingSegments(room, waiting);
  return (
    <Box flexDirection="column">
      <Line
        segments={[
          '  ',
          [room.name, 'strong'],
          dot,
          `${count(room.participants, 'person', 'people')} of ${room.maxParticipants}`,
          dot,
          room.session ? lasting(room.session.startedAt, now) : 'no meeting now',
          ...(room.state === 'closed' ? [dot, ['closed', 'bad'] as const] : []),
          ...(room.locked ? [dot, ['locked', 'warn'] as const] : []),
          ...(room.recording ? [dot, ['REC', 'bad'] as const] : []),
          // last for the same reason as in the list of rooms
          ...(room.title ? [dot, clean(room.title)] : []),
        ]}
      />
      <Line segments={['  ', [joinLink(url, room.name), 'quiet']]} />
      <Line segments={waits} />
    </Box>
  );
}

/** Who is at the door, the longest first. */
function waitingSegments(room: Room, waiting: readonly Waiting[]): Segment[] {
  const [first, ...rest] = waiting;
  if (first === undefined) return room.approval ? [['  a moderator lets people in', 'quiet']] : [''];
  const others = rest.slice(0, NAMED_WAITING - 1).map(({ name }) => clean(name));
  const more = waiting.length - 1 - others.length;
  return [
    ['  wait: ', 'warn'],
    [clean(first.name), 'strong'],
    ...others.map((name) => `, ${name}`),
    more > 0 ? ` and ${more} more` : '',
    [waiting.length === 1 ? '  a admits, d refuses' : '  a admits, d refuses, W admits all', 'quiet'],
  ];
}

function Tracks() {
  const { glyphs } = useShown();
  const participant = useDashboard((dashboard) => dashboard.lists.inside.selected);
  if (participant === undefined) return <Box height={TRACKS_LINES} />;
  if (isWaiting(participant)) return <AtDoor someone={participant} />;
  const tracks: Segment[] = participant.tracks.flatMap((track) => [
    `  ${track.source.replaceAll('_', ' ')} `,
    track.muted ? (['muted', 'warn'] as const) : (['on', 'good'] as const),
    [` ${track.sid}`, 'quiet'] as const,
  ]);
  const mayPublish = participant.permissions.publish.map((source) => source.replaceAll('_', ' ')).join(', ');
  return (
    <Box flexDirection="column" height={TRACKS_LINES}>
      <Line
        segments={[
          '  ',
          [nameOf(participant), 'strong'],
          [` ${clean(participant.identity)} ${glyphs.dot} ${participant.role}`, 'quiet'],
          [` ${glyphs.dot} may publish ${mayPublish || 'nothing'}`, 'quiet'],
          ...(participant.connectMs === null
            ? []
            : [[` ${glyphs.dot} connected in ${Math.round(participant.connectMs)} ms`, 'quiet'] as const]),
        ]}
      />
      <Line segments={tracks.length > 0 ? tracks : [['  publishes nothing', 'quiet']]} />
    </Box>
  );
}

/** What a moderator wants to know before letting somebody in. */
function AtDoor({ someone }: { readonly someone: Waiting }) {
  const { glyphs } = useShown();
  const now = useNow();
  const knocks = useDashboard(({ world }) => knocksOf(world, someone));
  return (
    <Box flexDirection="column" height={TRACKS_LINES}>
      <Line
        segments={[
          '  ',
          [nameOf(someone), 'strong'],
          [
            ` ${clean(someone.identity)} ${glyphs.dot} would come in as ${someone.role ?? 'decided'}`,
            'quiet',
          ],
        ]}
      />
      <Line
        segments={[
          [`  waits since ${clockTime(someone.since)} (${since(someone.since, now)})`, 'warn'],
          [knocks > 1 ? ` ${glyphs.dot} asked ${knocks} times` : '', 'quiet'],
        ]}
      />
    </Box>
  );
}
