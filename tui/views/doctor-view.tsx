import { Box } from 'ink';
import type { Finding } from '../../src/modules/doctor/model.ts';
import type { Column } from '../components/columns.ts';
import { Line, type Segment } from '../components/segments.tsx';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useDiagnosis } from '../hooks/use-diagnosis.ts';
import type { Diagnosis } from '../state/health.ts';
import { clean } from '../text/clean.ts';
import { clockTime } from '../text/time.ts';
import { wrapLines } from '../text/wrap.ts';
import type { Role } from '../theme/theme.ts';
import type { ViewProps } from './view-props.ts';

const DETAIL_LINES = 6;
const ROLES: Readonly<Record<Finding['state'], Role>> = {
  ok: 'good',
  warning: 'warn',
  failed: 'bad',
  skipped: 'quiet',
};

export const FINDING_COLUMNS: readonly Column<Finding>[] = [
  {
    id: 'state',
    title: 'state',
    width: 8,
    drop: 0,
    cell: (finding) => [finding.state, ROLES[finding.state]],
  },
  { id: 'title', title: 'check', width: 24, grow: 1, drop: 0, cell: (finding) => clean(finding.title) },
  {
    id: 'evidence',
    title: 'seen',
    width: 20,
    grow: 2,
    drop: 1,
    cell: (finding) => [clean(finding.evidence), 'quiet'],
  },
];

/** The checks that the server makes of itself, and what to do about each that fails. */
export function DoctorView({ width, height }: ViewProps) {
  const diagnosis = useDiagnosis();
  const selected = useDashboard((dashboard) => dashboard.lists.findings.selected);
  return (
    <Box flexDirection="column" height={height}>
      <Line segments={['  ', ...said(diagnosis)]} />
      <Table
        columns={FINDING_COLUMNS}
        listOf={(dashboard) => dashboard.lists.findings}
        idOf={(finding) => finding.id}
        width={width}
        height={height - 1 - DETAIL_LINES}
        empty=""
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

function said(diagnosis: Diagnosis): Segment[] {
  switch (diagnosis.state) {
    case 'never':
    case 'running':
      return [['checking …', 'quiet']];
    case 'failed':
      return [[diagnosis.reason, 'bad']];
    case 'done':
      return [[`checked at ${clockTime(new Date(diagnosis.at).toISOString())}; R checks again`, 'quiet']];
  }
}

function details(finding: Finding, width: number): Segment[][] {
  return [
    [''],
    ...wrapLines(finding.evidence, width).map((line): Segment[] => [line]),
    ...(finding.fix === null
      ? []
      : wrapLines(`fix: ${finding.fix}`, width).map((line): Segment[] => [[line, 'strong']])),
    ...(finding.key === null ? [] : [[['key: ', 'quiet'], finding.key] as Segment[]]),
  ];
}
