import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { DOCUMENTS } from './documents.ts';
import { fill } from './fill.ts';

test.each(Object.keys(DOCUMENTS))('%s tells what the program has (else: bun run docs)', async (path) => {
  const document = await Bun.file(join(import.meta.dir, '../../..', path)).text();
  expect(document).toBe(fill(document, DOCUMENTS[path]?.() ?? {}));
});

test('a table takes the place of what stood between its markers, and of nothing else', () => {
  const document = 'a\n<!-- x -->\nold\n<!-- /x -->\nb';
  expect(fill(document, { x: 'new' })).toBe('a\n<!-- x -->\nnew\n<!-- /x -->\nb');
  expect(() => fill(document, { y: 'new' })).toThrow('no place for y');
});
