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
  /** The same without what changes all the time, which is neither flashed nor said again; `cell` when left out. */
  readonly steady?: (item: T) => string;
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

/** Cells that a row of these columns takes. */
export function rowWidth(placed: readonly Placed<never>[]): number {
  return placed.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, placed.length - 1);
}

const NONE: ReadonlySet<string> = new Set();

/** One item as the pieces of a line; those of the `changed` columns stand out. */
export function rowSegments<T>(
  placed: readonly Placed<T>[],
  item: T,
  now: number,
  changed: ReadonlySet<string> = NONE,
): Segment[] {
  return placed.flatMap(({ column, width }, i) => {
    const cell = column.cell(item, now);
    const text = fit(textOf(cell), width, column.align, column.cut);
    const role = changed.has(column.id) ? 'changed' : typeof cell === 'string' ? undefined : cell[1];
    const piece: Segment = role === undefined ? text : [text, role];
    return i === 0 ? [piece] : [' '.repeat(GAP), piece];
  });
}

/** The columns that tell something else of an item than they told before. */
export function changedColumns<T>(
  placed: readonly Placed<T>[],
  before: T,
  after: T,
  now: number,
): ReadonlySet<string> {
  const differs = ({ column }: Placed<T>) =>
    steadyText(column, before, now) !== steadyText(column, after, now);
  return new Set(placed.filter(differs).map(({ column }) => column.id));
}

/** What a cell tells apart from what changes all the time. */
export function steadyText<T>(column: Column<T>, item: T, now: number): string {
  return column.steady?.(item) ?? textOf(column.cell(item, now));
}

export const textOf = (cell: ReturnType<Column<never>['cell']>): string =>
  typeof cell === 'string' ? cell : cell[0];

/** The titles; the column that the table is sorted by is marked. */
export function titleSegments<T>(placed: readonly Placed<T>[], sortedBy: string, mark: string): Segment[] {
  return placed.flatMap(({ column, width }, i) => {
    const title = column.title.toUpperCase();
    const text = fit(column.id === sortedBy ? `${title}${mark}` : title, width, column.align);
    const piece: Segment = [text, column.id === sortedBy ? 'heading' : 'quiet'];
    return i === 0 ? [piece] : [' '.repeat(GAP), piece];
  });
}
