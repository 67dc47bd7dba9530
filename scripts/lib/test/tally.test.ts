import { expect, test } from 'bun:test';
import { readJUnit } from './junit.ts';
import { createTally } from './tally.ts';

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="3">
  <testsuite name="a.test.ts">
    <testcase name="it &quot;works&quot;" classname="" time="0.1" file="a.test.ts" line="1" assertions="2" />
    <testcase name="it fails" classname="" time="0.1" file="a.test.ts" line="8" assertions="0">
      <failure message="expected" type="AssertionError">...</failure>
    </testcase>
    <testcase name="loss (needs tc netem)" classname="" time="0" file="a.test.ts" line="9" assertions="0">
      <skipped />
    </testcase>
  </testsuite>
</testsuites>`;

test('what passed, failed and was skipped is read from the report of bun test', () => {
  expect(readJUnit(XML)).toEqual({ passed: 1, failures: ['it fails'], skipped: ['loss (needs tc netem)'] });
});

test('a run ends with its counts, and names everything that is not simply green', () => {
  const tally = createTally();
  tally.add({ name: 'lint', passed: 1, failures: [], skipped: [] });
  tally.add({ name: 'b.test.ts', passed: 2, failures: [], skipped: [], flaky: true });
  expect(tally.report().split('\n').at(-1)).toBe('3 passed, 0 failed');
  tally.add({ name: 'a.test.ts', ...readJUnit(XML) });
  expect(tally.report().split('\n').at(-1)).toBe('4 passed, 1 failed, 1 skipped');
  expect(tally.report()).toContain('a.test.ts: loss (needs tc netem)');
  expect(tally.report()).toContain('b.test.ts: failed, then passed');
  expect(tally.failed()).toBe(1);
});
