import { Box } from 'ink';
import type { BackupFile } from '../../src/modules/backups/model.ts';
import type { Column } from '../components/columns.ts';
import { Detail } from '../components/detail.tsx';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useNow } from '../hooks/use-now.ts';
import { useWatch } from '../hooks/use-watch.ts';
import { clean } from '../text/clean.ts';
import { dayAndTime, since } from '../text/time.ts';
import { byteSize } from '../text/units.ts';
import { backupReport } from './backup-report.ts';
import { emptyText } from './empty-text.ts';
import type { ViewProps } from './view-props.ts';

const REPORT_LINES = 5;

export const BACKUP_COLUMNS: readonly Column<BackupFile>[] = [
  { id: 'made', title: 'as of', width: 19, drop: 0, cell: ({ at }) => dayAndTime(at) },
  { id: 'age', title: 'age', width: 8, align: 'right', drop: 0, cell: ({ at }, now) => since(at, now) },
  { id: 'size', title: 'size', width: 9, align: 'right', drop: 0, cell: ({ bytes }) => byteSize(bytes) },
  {
    id: 'encrypted',
    title: 'encrypted',
    width: 9,
    drop: 2,
    cell: ({ encrypted }) => (encrypted ? 'yes' : ['no', 'quiet']),
  },
  {
    id: 'name',
    title: 'file',
    width: 33,
    grow: 1,
    drop: 1,
    cut: 'middle',
    cell: ({ name }) => [clean(name), 'quiet'],
  },
];

/** The backups that are there, when the next one comes, and whether that goes well. */
export function BackupsView({ width, height }: ViewProps) {
  useWatch('backups');
  const now = useNow();
  const status = useDashboard(({ background }) => background.backups.status);
  const underWay = useDashboard(({ background }) => background.backups.underWay);
  const empty = useDashboard(({ background }) =>
    emptyText(background.backups, 'no backup is on this server; b makes one'),
  );
  return (
    <Box flexDirection="column" height={height}>
      <Detail
        lines={status ? backupReport(status, underWay, { now, width: width - 4 }) : []}
        height={REPORT_LINES}
      />
      <Table
        columns={BACKUP_COLUMNS}
        listOf={(dashboard) => dashboard.lists.backups}
        idOf={({ name }) => name}
        sortOf={(dashboard) => dashboard.lists.sorts.backups}
        choiceOf={(dashboard) => dashboard.lists.columns.backups}
        width={width}
        height={height - REPORT_LINES}
        empty={empty}
      />
    </Box>
  );
}
