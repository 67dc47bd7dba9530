import { expect, test } from 'bun:test';
import { manualClock } from './manual-clock.ts';
import { createTokenBuckets } from './token-bucket.ts';

test('a bucket gives its burst at once, then one each refill, and never more than its burst', () => {
  const clock = manualClock();
  const buckets = createTokenBuckets({ clock, burst: 2, refillMs: 1000, maxKeys: 10 });
  buckets.take('a');
  expect(buckets.waitFor('a')).toBe(0);
  buckets.take('a');
  expect(buckets.waitFor('a')).toBe(1000);
  expect(buckets.waitFor('b')).toBe(0);
  clock.advance(400);
  expect(buckets.waitFor('a')).toBe(600);
  clock.advance(3_600_000);
  buckets.take('a');
  buckets.take('a');
  expect(buckets.waitFor('a')).toBe(1000);
});

test('more keys than it may remember push out the oldest', () => {
  const buckets = createTokenBuckets({ clock: manualClock(), burst: 1, refillMs: 1000, maxKeys: 2 });
  for (const key of ['a', 'b', 'c']) buckets.take(key);
  expect(['a', 'b', 'c'].map((key) => buckets.waitFor(key))).toEqual([0, 1000, 1000]);
});

test('what is put back can be taken again, up to the burst', () => {
  const buckets = createTokenBuckets({ clock: manualClock(), burst: 1, refillMs: 1000, maxKeys: 2 });
  buckets.take('a');
  buckets.giveBack('a');
  buckets.giveBack('a');
  expect(buckets.waitFor('a')).toBe(0);
  buckets.take('a');
  expect(buckets.waitFor('a')).toBe(1000);
});
