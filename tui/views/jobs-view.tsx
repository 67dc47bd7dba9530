import { Box } from 'ink';
import type { Column } from '../components/columns.ts';
import { Detail } from '../components/detail.tsx';
import type { Segment } from '../components/segments.tsx';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useWatch } from '../hooks/use-watch.ts';
import type { JobRow } from '../state/jobs.ts';
import { clean } from '../text/clean.ts';
import { faultLines } from '../text/fault.ts';
import { jobKind, jobNext, jobRole, jobState, jobTries } from '../text/job.ts';
import { since } from '../text/time.ts';
import type { Role } from '../theme/theme.ts';
import { emptyText } from './empty-text.ts';
import type { ViewProps } from './view-props.ts';

const DETAIL_LINES = 5;

export const JOB_COLUMNS: readonly Column<JobRow>[] = [
  { id: 'kind', title: 'what', width: 20, drop: 0, cell: (job) => faded(job, jobKind(job.kind)) },
  {
    id: 'about',
    title: 'about',
    width: 12,
    grow: 2,
    drop: 0,
    cut: 'middle',
    cell: (job) => faded(job, clean(job.about)),
  },
  { id: 'state', title: 'state', width: 13, drop: 0, cell: (job) => [jobState(job), jobRole(job)] },
  {
    id: 'tries',
    title: 'tries',
    width: 6,
    align: 'right',
    drop: 3,
    cell: (job) => faded(job, jobTries(job)),
  },
  { id: 'next', title: 'next', width: 9, align: 'right', drop: 2, cell: jobNext },
  {
    id: 'age',
    title: 'age',
    width: 7,
    align: 'right',
    drop: 1,
    cell: (job, now) => faded(job, since(job.createdAt, now)),
  },
  {
    id: 'error',
    title: 'error',
    width: 16,
    grow: 3,
    drop: 4,
    cell: (job) => faded(job, clean(job.error?.message ?? '')),
  },
];

/** What is over and went well is there to be looked back at. */
function faded(job: JobRow, text: string): string | readonly [string, Role] {
  return job.state === 'done' || job.state === 'cancelled' ? [text, 'quiet'] : text;
}

/** What the server does in the background, and what went wrong with it. */
export function JobsView({ width, height }: ViewProps) {
  useWatch('jobs');
  const selected = useDashboard((dashboard) => dashboard.lists.jobs.selected);
  const empty = useDashboard(({ background: { jobs } }) =>
    emptyText(
      jobs,
      jobs.showsAll ? 'there are no jobs' : 'nothing runs, waits or failed; v shows what was done',
    ),
  );
  return (
    <Box flexDirection="column" height={height}>
      <Table
        columns={JOB_COLUMNS}
        listOf={(dashboard) => dashboard.lists.jobs}
        idOf={({ id }) => id}
        sortOf={(dashboard) => dashboard.lists.sorts.jobs}
        choiceOf={(dashboard) => dashboard.lists.columns.jobs}
        marksOf={(dashboard) => dashboard.background.jobs.marks.ids}
        width={width}
        height={height - DETAIL_LINES}
        empty={empty}
      />
      <Detail lines={selected ? details(selected, width - 4) : []} height={DETAIL_LINES} />
    </Box>
  );
}

function details(job: JobRow, width: number): Segment[][] {
  return [
    [''],
    ...faultLines(job.error, width),
    [[`${job.id}, ${jobTries(job)} tries; Enter shows all of it`, 'quiet']],
  ];
}
