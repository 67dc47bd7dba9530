import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { fill } from './fill.ts';
import { readmeTables } from './tables.ts';

test('the README tells the commands and keys that the program has (else: bun run docs)', async () => {
  const readme = await Bun.file(join(import.meta.dir, '../../../README.md')).text();
  expect(readme).toBe(fill(readme, readmeTables()));
});

test('a table takes the place of what stood between its markers, and of nothing else', () => {
  const document = 'a\n<!-- x -->\nold\n<!-- /x -->\nb';
  expect(fill(document, { x: 'new' })).toBe('a\n<!-- x -->\nnew\n<!-- /x -->\nb');
  expect(() => fill(document, { y: 'new' })).toThrow('no place for y');
});
