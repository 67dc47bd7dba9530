import { isMet, measured, type Row } from './row.ts';

const HEAD = ['what', 'didar', 'compared with', '', 'ratio', 'goal', 'met'];

/** The rows as text for people, columns aligned, notes below. */
export function formatTable(title: string, rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  const aligned = lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const notes = rows.filter(({ note }) => note).map(({ what, note }) => `  ${what}: ${note}`);
  return [title, ...aligned, ...notes, ''].join('\n');
}

function cells(row: Row): string[] {
  const { what, unit, ours, reference, goal } = row;
  const met = isMet(row);
  return [
    what,
    quantity(ours, unit),
    reference?.what ?? '',
    reference ? quantity(reference.value, unit) : '',
    reference ? measured(row).toFixed(2) : '',
    goal ? goalText(goal, reference ? '' : ` ${unit}`) : '',
    met === undefined ? '' : met ? 'yes' : 'NO',
  ];
}

function goalText(goal: NonNullable<Row['goal']>, unit: string): string {
  return 'atMost' in goal ? `<= ${goal.atMost}${unit}` : `>= ${goal.atLeast}${unit}`;
}

function quantity(value: number, unit: Row['unit']): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}
