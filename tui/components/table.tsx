import { Box } from 'ink';
import { memo, useMemo } from 'react';
import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useFlash } from '../hooks/use-flash.ts';
import { useNow } from '../hooks/use-now.ts';
import { useWindow } from '../hooks/use-window.ts';
import { arranged, type ColumnsChoice } from '../state/columns-choice.ts';
import type { Dashboard } from '../state/dashboard.ts';
import type { List } from '../state/list.ts';
import type { Sort } from '../state/sorting.ts';
import { type Column, type Placed, placeColumns, rowSegments, rowWidth, titleSegments } from './columns.ts';
import { Line } from './segments.tsx';

const MARGIN = 2;

export interface TableProps<T> {
  readonly columns: readonly Column<T>[];
  readonly listOf: (dashboard: Dashboard) => List<T>;
  readonly idOf: (item: T) => string;
  readonly sortOf?: (dashboard: Dashboard) => Sort;
  readonly choiceOf?: (dashboard: Dashboard) => ColumnsChoice | undefined;
  readonly width: number;
  readonly height: number;
  /** What stands there when the server has told of no rows. */
  readonly empty: string;
  /** How often what depends on the time is drawn again; a minute by default. */
  readonly tickMs?: number;
  /** The ids of the rows that are marked. */
  readonly marksOf?: (dashboard: Dashboard) => ReadonlySet<string>;
}

/** The rows of a list that are in view, under their titles. */
export function Table<T>({
  columns,
  listOf,
  idOf,
  sortOf,
  choiceOf,
  width,
  height,
  empty,
  tickMs,
  marksOf,
}: TableProps<T>) {
  const { glyphs } = useShown();
  const now = useNow(tickMs);
  const choice = useDashboard((dashboard) => choiceOf?.(dashboard));
  const placed = useMemo(
    () => placeColumns(arranged(columns, choice), width - MARGIN),
    [columns, choice, width],
  );
  const rest = Math.max(0, width - MARGIN - rowWidth(placed));
  const shown = useWindow(listOf, height - 1);
  const marks = useDashboard((dashboard) => marksOf?.(dashboard));
  const sort = useDashboard((dashboard) => sortOf?.(dashboard));
  const loaded = useDashboard((dashboard) => dashboard.world.system !== undefined);
  const filter = useDashboard((dashboard) => listOf(dashboard).filter);
  const dim = useDashboard((dashboard) => dashboard.feed.connection.state === 'lost');

  return (
    <Box flexDirection="column" height={height}>
      <Line
        segments={['  ', ...titleSegments(placed, sort?.by ?? '', sort?.reversed ? glyphs.up : glyphs.down)]}
      />
      {shown.rows.map((item, i) => (
        <Row
          key={idOf(item)}
          placed={placed as readonly Placed<unknown>[]}
          item={item}
          selected={i === shown.cursor}
          gutter={`${i === shown.cursor ? glyphs.cursor : ' '}${marks?.has(idOf(item)) ? '*' : ' '}`}
          rest={rest}
          dim={dim}
          now={now}
        />
      ))}
      {shown.rows.length === 0 && (
        <Line segments={[[`  ${filter ? 'nothing matches the filter' : loaded ? empty : ''}`, 'quiet']]} />
      )}
    </Box>
  );
}

interface RowProps {
  readonly placed: readonly Placed<unknown>[];
  readonly item: unknown;
  readonly selected: boolean;
  /** Whether it is selected and marked, in signs. */
  readonly gutter: string;
  /** Cells to the right of the last column, which the bar of the selected row covers too. */
  readonly rest: number;
  readonly dim: boolean;
  readonly now: number;
}

const Row = memo(function Row({ placed, item, selected, gutter, rest, dim, now }: RowProps) {
  const changed = useFlash(placed, item, now);
  return (
    <Line
      segments={[
        gutter,
        ...rowSegments(placed, item, now, changed),
        ...(selected && rest > 0 ? [' '.repeat(rest)] : []),
      ]}
      inverse={selected}
      dim={dim}
    />
  );
});
