import { Box } from 'ink';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Column } from '../components/columns.ts';
import { Line, type Segment } from '../components/segments.tsx';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { clean } from '../text/clean.ts';
import { isActive, recordedLength, recordingRole } from '../text/recording.ts';
import { since } from '../text/time.ts';
import { byteSize } from '../text/units.ts';
import { wrap } from '../text/wrap.ts';
import type { ViewProps } from './view-props.ts';

const DETAIL_LINES = 5;
const SECOND_MS = 1000;

export const RECORDING_COLUMNS: readonly Column<Recording>[] = [
  {
    id: 'room',
    title: 'room',
    width: 16,
    grow: 2,
    drop: 0,
    cut: 'middle',
    cell: (recording) => recording.room,
  },
  { id: 'state', title: 'state', width: 16, drop: 0, cell: stateOf },
  { id: 'length', title: 'length', width: 8, align: 'right', drop: 0, cell: recordedLength },
  {
    id: 'size',
    title: 'size',
    width: 9,
    align: 'right',
    drop: 1,
    cell: (recording) => byteSize(recording.bytes),
  },
  {
    id: 'started',
    title: 'begun',
    width: 8,
    align: 'right',
    drop: 2,
    cell: (recording, now) => since(recording.createdAt, now),
  },
  {
    id: 'by',
    title: 'by',
    width: 10,
    grow: 1,
    drop: 3,
    cut: 'middle',
    cell: (recording) => [recording.startedBy, 'quiet'],
  },
];

function stateOf({ state, progress }: Recording) {
  const percent = progress === null ? '' : ` ${Math.round(progress * 100)} %`;
  return [`${state}${percent}`, recordingRole(state)] as const;
}

/** What was and is recorded, and what became of it. */
export function RecordingsView({ width, height }: ViewProps) {
  const records = useDashboard((dashboard) => dashboard.world.records);
  const selected = useDashboard((dashboard) => dashboard.lists.recordings.selected);
  const running = useDashboard(({ world }) => [...world.recordings.values()].some(isActive));
  if (!records) {
    return (
      <Box height={height} paddingLeft={2} paddingTop={1}>
        <Line segments={[['This server does not record: recording comes with a later version.', 'quiet']]} />
      </Box>
    );
  }
  return (
    <Box flexDirection="column" height={height}>
      <Table
        columns={RECORDING_COLUMNS}
        listOf={(dashboard) => dashboard.lists.recordings}
        idOf={(recording) => recording.id}
        sortOf={(dashboard) => dashboard.lists.sorts.recordings}
        choiceOf={(dashboard) => dashboard.lists.columns.recordings}
        width={width}
        height={height - DETAIL_LINES}
        tickMs={running ? SECOND_MS : undefined}
        empty="nothing was recorded yet; r in Rooms begins"
      />
      <Box flexDirection="column" height={DETAIL_LINES}>
        {selected &&
          details(selected, width - 4)
            .slice(0, DETAIL_LINES)
            .map((segments, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
              <Line key={i} segments={['  ', ...segments]} />
            ))}
      </Box>
    </Box>
  );
}

function details(recording: Recording, width: number): Segment[][] {
  const { cause, files, parts } = recording;
  const kept = files.map((file) => `${file.name} (${byteSize(file.bytes)})`).join(', ');
  return [
    [''],
    ...(cause === null
      ? []
      : [
          ...wrap(clean(cause.message), width).map((line): Segment[] => [[line, 'bad']]),
          ...(cause.fix
            ? wrap(`fix: ${clean(cause.fix)}`, width).map((line): Segment[] => [[line, 'strong']])
            : []),
        ]),
    [[`${recording.id}, ${parts} ${parts === 1 ? 'part' : 'parts'}, ${recording.options.layout}`, 'quiet']],
    ...wrap(kept || 'no files yet', width).map((line): Segment[] => [[line, 'quiet']]),
  ];
}
