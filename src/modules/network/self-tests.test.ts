import { expect, test } from 'bun:test';
import { DomainError } from '../../lib/errors.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import type { PlannedTest, SkippedTest } from './planned-test.ts';
import { createSelfTests } from './self-tests.ts';

const passing: PlannedTest = {
  name: 'a',
  title: 'A',
  run: async () => ({ evidence: 'seen', ms: 1.234, mapped: '203.0.113.9' }),
};
const failing: PlannedTest = {
  name: 'b',
  title: 'B',
  run: () => Promise.reject(new DomainError('closed', 'nobody answers', { fix: 'open it' })),
};
const skipped: SkippedTest = { name: 'c', title: 'C', why: 'off' };

test('each test tells what was seen, or what to do, or why it was not made', async () => {
  const tests = createSelfTests({ clock: manualClock(0), planned: () => [passing, failing, skipped] });
  expect(tests.results()).toEqual([]);
  await tests.run();
  const at = '1970-01-01T00:00:00.000Z';
  expect(tests.results()).toEqual([
    { name: 'a', title: 'A', state: 'ok', at, ms: 1.2, evidence: 'seen', fix: null },
    { name: 'b', title: 'B', state: 'failed', at, ms: null, evidence: 'nobody answers', fix: 'open it' },
    { name: 'c', title: 'C', state: 'untested', at, ms: null, evidence: 'off', fix: null },
  ]);
  expect(tests.seenAs()).toBe('203.0.113.9');
});

test('who asks while a round is under way gets the next one: its results are of what is now', async () => {
  const first = Promise.withResolvers<void>();
  let rounds = 0;
  const tests = createSelfTests({
    clock: manualClock(),
    planned: () => {
      rounds += 1;
      const round = rounds;
      const run = async () => {
        if (round === 1) await first.promise;
        return { evidence: `round ${round}`, ms: 0 };
      };
      return [{ name: 'a', title: 'A', run }];
    },
  });
  const runs = [tests.run(), tests.run(), tests.run()];
  first.resolve();
  await Promise.all(runs);
  expect(tests.results()[0]?.evidence).toBe('round 2');
  expect(rounds).toBe(2);
});
