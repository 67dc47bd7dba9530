import { type Align, type Cut, fit } from '../text/width.ts';
import type { Role } from '../theme/theme.ts';
import type { Segment } from './segments.tsx';

/** A column of a table. */
export interface Column<T> {
  readonly id: string;
  readonly title: string;
  /** Cells at least; a column with `grow` takes a share of what is left over. */
  readonly width: number;
  readonly grow?: number;
  readonly align?: Align;
  readonly cut?: Cut;
  /** Columns with the highest number go first where there is no room; 0 stays. */
  readonly drop: number;
  readonly cell: (item: T, now: number) => string | readonly [string, Role];
}

export interface Placed<T> {
  readonly column: Column<T>;
  readonly width: number;
}

const GAP = 2;

/** The columns that fit into `width` cells, and how wide each becomes. */
export function placeColumns<T>(columns: readonly Column<T>[], width: number): readonly Placed<T>[] {
  let kept = [...columns];
  const needed = () => kept.reduce((sum, column) => sum + column.width, 0) + GAP * (kept.length - 1);
  while (needed() > width) {
    const worst = Math.max(...kept.map((column) => column.drop));
    if (worst === 0) break;
    kept = kept.filter((column) => column.drop !== worst);
  }
  const spare = Math.max(0, width - needed());
  const shares = kept.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  return kept.map((column) => ({
    column,
    width: column.width + (shares === 0 ? 0 : Math.floor((spare * (column.grow ?? 0)) / shares)),
  }));
}

/** One item as the pieces of a line. */
export function rowSegments<T>(placed: readonly Placed<T>[], item: T, now: number): Segment[] {
  return placed.flatMap(({ column, width }, i) => {
    const cell = column.cell(item, now);
    const text = fit(typeof cell === 'string' ? cell : cell[0], width, column.align, column.cut);
    const piece: Segment = typeof cell === 'string' ? text : [text, cell[1]];
    return i === 0 ? [piece] : [' '.repeat(GAP), piece];
  });
}

/** The titles; the column that the table is sorted by is marked. */
export function titleSegments<T>(placed: readonly Placed<T>[], sortedBy: string, mark: string): Segment[] {
  return placed.flatMap(({ column, width }, i) => {
    const title = column.title.toUpperCase();
    const text = fit(column.id === sortedBy ? `${title}${mark}` : title, width, column.align);
    const piece: Segment = [text, column.id === sortedBy ? 'heading' : 'quiet'];
    return i === 0 ? [piece] : [' '.repeat(GAP), piece];
  });
}
