/** The newest rows of a table of numbers, in constant memory. */
export interface Ring<Column extends string> {
  push(row: Readonly<Record<Column, number>>): void;
  /** Each column, oldest first. */
  columns(): Record<Column, number[]>;
}

/** Keeps at most `size` rows; 8 bytes a number. */
export function createRing<const Column extends string>(
  columns: readonly Column[],
  size: number,
): Ring<Column> {
  const kept = columns.map((name) => [name, new Float64Array(size)] as const);
  let rows = 0;

  return {
    push(row) {
      for (const [name, values] of kept) values[rows % size] = row[name];
      rows += 1;
    },
    columns() {
      const start = rows > size ? rows % size : 0;
      const inOrder = (values: Float64Array) => [
        ...values.subarray(start, Math.min(rows, size)),
        ...values.subarray(0, start),
      ];
      return Object.fromEntries(kept.map(([name, values]) => [name, inOrder(values)])) as Record<
        Column,
        number[]
      >;
    },
  };
}
