import type { Column } from '../components/columns.ts';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import type { LogLine, Numbered } from '../state/world.ts';
import { clean } from '../text/clean.ts';
import { describeEvent } from '../text/event.ts';
import { clockTime } from '../text/time.ts';
import type { Role } from '../theme/theme.ts';
import type { ViewProps } from './view-props.ts';

export const EVENT_COLUMNS: readonly Column<Numbered>[] = [
  { id: 'time', title: 'time', width: 8, drop: 0, cell: ({ event }) => [clockTime(event.at), 'quiet'] },
  { id: 'what', title: 'what happened', width: 30, grow: 4, drop: 0, cell: whatHappened },
  { id: 'kind', title: 'kind', width: 23, drop: 2, cell: ({ event }) => [event.kind, 'quiet'] },
  {
    id: 'actor',
    title: 'by',
    width: 10,
    grow: 1,
    drop: 1,
    cut: 'middle',
    cell: ({ event }) => [event.actor ?? '', 'quiet'],
  },
];

export const LOG_COLUMNS: readonly Column<LogLine>[] = [
  { id: 'line', title: "livekit's log", width: 20, grow: 1, drop: 0, cell: (line) => clean(line.text) },
];

const LOUD: Readonly<Record<string, Role>> = {
  'participant.failed': 'bad',
  'participant.kicked': 'warn',
  'participant.banned': 'warn',
  'livekit.state': 'strong',
  'server.started': 'strong',
  'server.draining': 'warn',
};

function whatHappened({ event }: Numbered) {
  const role = LOUD[event.kind];
  return role === undefined ? describeEvent(event) : ([describeEvent(event), role] as const);
}

/** What happened, newest last; or what livekit-server itself printed: tables apart, whose rows are numbered alike. */
export function EventsView({ width, height }: ViewProps) {
  const showsLog = useDashboard((dashboard) => dashboard.ui.showsLog);
  return showsLog ? (
    <Table
      key="log"
      columns={LOG_COLUMNS}
      listOf={(dashboard) => dashboard.lists.log}
      idOf={(line) => String(line.n)}
      width={width}
      height={height}
      empty="livekit has printed nothing"
    />
  ) : (
    <Table
      key="events"
      columns={EVENT_COLUMNS}
      listOf={(dashboard) => dashboard.lists.events}
      idOf={(row) => String(row.n)}
      width={width}
      height={height}
      empty="nothing has happened yet"
    />
  );
}
