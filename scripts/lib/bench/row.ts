/** One line of the result: ours beside what it is compared with. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | 'MB' | '/s' | 's/min' | '%' | 'B/s' | 'cores';
  readonly ours: number;
  /** What it is compared with, in the same unit; left out where only our own number counts. */
  readonly reference?: { readonly what: string; readonly value: number };
  /** Of ours to the reference, or of ours alone without one. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
  /** How it was measured, and what else is worth knowing. */
  readonly note?: string;
}

/** The value that a goal is about. */
export function measured({ ours, reference }: Row): number {
  return reference ? ours / reference.value : ours;
}

/** Undefined where there is no goal. */
export function isMet(row: Row): boolean | undefined {
  if (!row.goal) return undefined;
  return 'atMost' in row.goal ? measured(row) <= row.goal.atMost : measured(row) >= row.goal.atLeast;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** `fraction` 0.99 is the value that 99 of 100 stay at or below. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}
