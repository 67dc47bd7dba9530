import { CHECKS } from '../../../src/doctor/checks/all.ts';
import { TROUBLES } from '../../../src/troubles/table.ts';
import { KNOWN_ROWS } from './known-rows.ts';
import { table } from './markdown.ts';

/** The tables of `docs/troubles.md`. */
export function troubleTables(): Readonly<Record<string, string>> {
  return { rows: rowTable(), checks: checkTable(), explanations: explanationTable() };
}

function rowTable(): string {
  return table(
    ['row', 'what one sees', 'found by', 'broken for real in', 'explained as'],
    KNOWN_ROWS.map(({ number, seen, checks, broken, explained }) => [
      String(number ?? ''),
      seen,
      checks.map(code).join(', '),
      [...new Set(broken.map(([file]) => code(file.replace(/^test\/e2e\/|\.test\.ts$/g, ''))))].join(', '),
      explained.map(code).join(', '),
    ]),
  );
}

function checkTable(): string {
  return table(
    ['check', 'well when'],
    CHECKS.map(({ id, title }) => [code(id), title]),
  );
}

function explanationTable(): string {
  return table(
    ['explained as', 'what', 'key'],
    TROUBLES.map(({ id, title, key }) => [
      code(id),
      title.replace(/\$\d/g, '…'),
      key === undefined ? '' : code(key),
    ]),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}
