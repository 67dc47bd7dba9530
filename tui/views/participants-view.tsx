import { Table } from '../components/table.tsx';
import { useShown } from '../hooks/use-dashboard.ts';
import { PARTICIPANT_COLUMNS } from './participant-columns.ts';
import type { ViewProps } from './view-props.ts';

/** Everybody who is in a meeting, whichever it is, and on top who waits to be let into one. */
export function ParticipantsView({ width, height }: ViewProps) {
  const { dashboard } = useShown();
  return (
    <Table
      columns={PARTICIPANT_COLUMNS}
      listOf={(dashboard) => dashboard.lists.participants}
      idOf={dashboard.lists.everybody.idOf}
      sortOf={(dashboard) => dashboard.lists.sorts.participants}
      choiceOf={(dashboard) => dashboard.lists.columns.participants}
      marksOf={(dashboard) => dashboard.lists.marks.people.ids}
      width={width}
      height={height}
      empty="nobody is here"
    />
  );
}
