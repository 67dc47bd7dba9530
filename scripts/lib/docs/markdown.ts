/** A Markdown table with its columns aligned, as the formatter wants it. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = titles.map((_, i) => Math.max(...lines.map((cells) => Bun.stringWidth(cells[i] ?? ''))));
  const rule = widths.map((width) => '-'.repeat(width));
  const [head = [], ...body] = lines.map((cells) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)));
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
