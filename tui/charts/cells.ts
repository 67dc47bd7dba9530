/** Which samples stand in which cell of a chart. */
export interface Span {
  /** Samples in each cell. */
  readonly perCell: number;
  /** Samples in the newest cell, which is still filling. */
  readonly newest: number;
}

/** Of a series: seconds between samples, and the time of the newest in milliseconds since the epoch. */
export interface Timing {
  readonly step: number;
  readonly measuredAt: number;
}

/**
 * As few samples in a cell as let `samples` of them stand in `width` cells. Cells begin at fixed times, so that a new
 * sample changes the newest cell alone, and not the shape of all.
 */
export function spanOf(samples: number, width: number, { step, measuredAt }: Timing): Span {
  const perCell = Math.max(1, Math.ceil(samples / width));
  return { perCell, newest: (Math.floor(measuredAt / 1000 / step) % perCell) + 1 };
}

/** The highest value in each cell, oldest first, so that no peak is lost; fewer than `width` where history is short. */
export function inCells(values: readonly number[], width: number, { perCell, newest }: Span): number[] {
  const cells: number[] = [];
  for (let end = values.length; end > 0 && cells.length < width; ) {
    const size = cells.length === 0 ? newest : perCell;
    cells.push(Math.max(...values.slice(Math.max(0, end - size), end)));
    end -= size;
  }
  return cells.reverse();
}
