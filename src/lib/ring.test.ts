import { expect, test } from 'bun:test';
import { createRing } from './ring.ts';

test('a ring keeps the newest rows in order', () => {
  const ring = createRing(['n'], 3);
  const after = (n: number) => {
    ring.push({ n });
    return ring.columns().n;
  };
  expect([1, 2, 3, 4, 5, 6, 7].map(after)).toEqual([
    [1],
    [1, 2],
    [1, 2, 3],
    [2, 3, 4],
    [3, 4, 5],
    [4, 5, 6],
    [5, 6, 7],
  ]);
});
