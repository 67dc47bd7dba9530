import { expect, test } from 'bun:test';
import { createRecentMap } from './recent-map.ts';

test('what was set last is there, and what is long ago is forgotten', () => {
  const map = createRecentMap<number, string>(100);
  for (let i = 0; i < 1_000; i += 1) map.set(i, `value ${i}`);
  for (let i = 900; i < 1_000; i += 1) expect(map.get(i)).toBe(`value ${i}`);
  expect(map.get(700)).toBeUndefined();
});

test('an entry that is set again has its new value, and stays as long as a new one', () => {
  const map = createRecentMap<string, number>(10);
  map.set('a', 1);
  for (let i = 0; i < 9; i += 1) map.set(`filler ${i}`, i);
  map.set('a', 2);
  for (let i = 0; i < 9; i += 1) map.set(`more ${i}`, i);
  expect(map.get('a')).toBe(2);
});

test('what is deleted is gone, wherever it was', () => {
  const map = createRecentMap<string, number>(2);
  for (const key of ['a', 'b', 'c']) map.set(key, 1);
  for (const key of ['a', 'c']) map.delete(key);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 1, undefined]);
});
