import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { CHECKS } from '../../../src/doctor/checks/all.ts';
import { TROUBLES } from '../../../src/troubles/table.ts';
import { KNOWN_ROWS, type KnownRow } from './known-rows.ts';

const ROOT = join(import.meta.dir, '../../..');
/** By the marks of the list of known troubles: all are explained, all but these are detected too. */
const NUMBERS = Array.from({ length: 27 }, (_, i) => i + 1);
const ONLY_EXPLAINED = [5, 6, 7];

const textOf = (file: string): Promise<string> => Bun.file(join(ROOT, file)).text();
const nameOf = ({ number, seen }: KnownRow): string => (number === undefined ? seen : `${number}: ${seen}`);

test('every known trouble is a row', () => {
  const numbers = KNOWN_ROWS.flatMap(({ number }) => number ?? []);
  expect(numbers).toEqual(NUMBERS);
  for (const { number, checks, explained } of KNOWN_ROWS) {
    if (number === undefined) continue;
    expect(explained).not.toEqual([]);
    expect(checks.length > 0).toBe(!ONLY_EXPLAINED.includes(number));
  }
});

test('every check of the doctor is in a row, and no other', () => {
  const told = new Set(KNOWN_ROWS.flatMap(({ checks }) => checks));
  expect([...told].sort()).toEqual(CHECKS.map(({ id }) => id).sort());
});

test.each(KNOWN_ROWS.map((row) => [nameOf(row), row] as const))(
  '%s',
  async (_, { checks, broken, explained }) => {
    const tests = await Promise.all(broken.map(([file]) => textOf(file)));
    for (const [i, [, title]] of broken.entries()) expect(tests[i]).toContain(title);
    for (const id of checks)
      expect(
        tests.some((text) => text.includes(`'${id}'`)),
        `a test that sees ${id} name it`,
      ).toBe(true);

    const said = await textOf('src/troubles/explain.test.ts');
    for (const id of explained) {
      expect(TROUBLES.find((trouble) => trouble.id === id)?.signatures.length, id).toBeGreaterThan(0);
      expect(said, `a text that is explained as ${id}`).toContain(`'${id}'`);
    }
  },
);
