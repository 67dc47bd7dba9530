/** The steps of a chart from nothing to full, and what bars are made of. */
export interface ChartSigns {
  readonly steps: readonly string[];
  readonly bar: string;
}

/**
 * The newest values that fit into `width` cells, newest right, each as high as it is against the highest of them;
 * with more values than cells the highest of each share is drawn, so that no peak is lost.
 */
export function sparkline(values: readonly number[], width: number, { steps }: ChartSigns): string {
  if (values.length === 0 || width <= 0) return ''.padEnd(Math.max(0, width));
  const shares = resample(values, width);
  const top = Math.max(...shares);
  const drawn = shares.map((value) => {
    const step = top === 0 ? 0 : Math.ceil((value / top) * (steps.length - 1));
    return steps[step] ?? ' ';
  });
  return drawn.join('').padStart(width);
}

/** A bar of `share` (0 to 1) of `width` cells; something that is not nothing is at least one cell. */
export function bar(share: number, width: number, { bar: sign }: ChartSigns): string {
  const cells = share <= 0 ? 0 : Math.max(1, Math.round(share * width));
  return sign.repeat(Math.min(cells, width));
}

function resample(values: readonly number[], width: number): number[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, i) => {
    const from = Math.floor((i * values.length) / width);
    const to = Math.floor(((i + 1) * values.length) / width);
    return Math.max(...values.slice(from, to));
  });
}
