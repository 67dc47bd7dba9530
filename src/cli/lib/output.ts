/** A line on stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A value on stdout as indented JSON; what `--json` prints. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Something for the person, not for what reads stdout: progress, warnings, questions. */
export function printNote(line: string): void {
  process.stderr.write(`${line}\n`);
}

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | undefined;
  /** Numbers stand right, words left. */
  readonly align?: 'left' | 'right';
}

/** Rows as aligned columns under titles; an absent value is a dash. Two spaces between columns, none at the end. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map((column) => column.title.toUpperCase()),
    ...rows.map((row) => columns.map((column) => String(column.value(row) ?? '-'))),
  ];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => Bun.stringWidth(cells[i] ?? ''))));
  return lines
    .map((cells) =>
      cells
        .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `formatTable` on stdout, or `empty` when there are no rows. */
export function printTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], empty: string): void {
  print(rows.length === 0 ? empty : formatTable(columns, rows));
}

function pad(cell: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(width - Bun.stringWidth(cell));
  return align === 'right' ? space + cell : cell + space;
}
