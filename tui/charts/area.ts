import type { ChartSigns } from '../text/chart.ts';

/** What an area chart is drawn into. */
export interface Area {
  readonly width: number;
  readonly rows: number;
  /** The value at the upper edge. */
  readonly top: number;
}

/**
 * Values as an area of `rows` lines, the upper one first, the newest value right. What is more than nothing is at
 * least one step high.
 */
export function area(values: readonly number[], { width, rows, top }: Area, { steps }: ChartSigns): string[] {
  const full = steps.length - 1;
  const heights = values
    .slice(-width)
    .map((value) => (value <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, value / top) * rows * full))));
  return Array.from({ length: rows }, (_, i) => {
    const below = (rows - 1 - i) * full;
    const line = heights.map((height) => steps[Math.max(0, Math.min(full, height - below))] ?? ' ');
    return line.join('').padStart(width);
  });
}
