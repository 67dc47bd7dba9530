import { Table } from '../components/table.tsx';
import { participantId } from '../state/world.ts';
import { PARTICIPANT_COLUMNS } from './participant-columns.ts';
import type { ViewProps } from './view-props.ts';

/** Everybody who is in a meeting, whichever it is. */
export function ParticipantsView({ width, height }: ViewProps) {
  return (
    <Table
      columns={PARTICIPANT_COLUMNS}
      listOf={(dashboard) => dashboard.lists.participants}
      idOf={(p) => participantId(p.room, p.identity)}
      sortOf={(dashboard) => dashboard.lists.sorts.participants}
      marksOf={(dashboard) => dashboard.lists.marks.people.ids}
      width={width}
      height={height}
      empty="nobody is here"
    />
  );
}
