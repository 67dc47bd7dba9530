import { expect, test } from 'bun:test';
import { backoffDelay } from './backoff.ts';

test('the pause before a new start doubles from 0.2 s to 10 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 100].map(backoffDelay)).toEqual([
    200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000,
  ]);
});
