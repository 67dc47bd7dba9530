import { expect, test } from 'bun:test';
import { runInGroup } from './process-group.ts';

const cwd = import.meta.dir;
const LIMIT_MS = 30_000;

test('a command tells whether it went well and all that it said', async () => {
  const good = await runInGroup(['sh', '-c', 'echo out; echo err >&2'], { cwd, limitMs: LIMIT_MS });
  expect(good).toMatchObject({ ok: true, output: 'out\nerr\n', timedOut: false, leftBehind: [] });
  expect(good.cpuMs).toBeGreaterThan(0);
  expect((await runInGroup(['sh', '-c', 'exit 3'], { cwd, limitMs: LIMIT_MS })).ok).toBe(false);
});

test('at the time limit the command ends with all that it started, in whatever group', async () => {
  const script = 'setsid sh -c "echo $$ >&2; exec sleep 300" & echo started; sleep 300';
  const result = await runInGroup(['sh', '-c', script], { cwd, limitMs: 300 });
  expect(result).toMatchObject({ ok: false, timedOut: true });
  expect(result.output).toContain('started');
});

/** Ends once what it leaves behind is what it shall be: on a busy machine that takes a moment. */
const FORGETFUL = 'setsid sleep 301 & until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done';

test(
  'a daemon that a test forgot is named and ended',
  async () => {
    const result = await runInGroup(['sh', '-c', FORGETFUL], {
      cwd,
      limitMs: LIMIT_MS,
      graceMs: 200,
    });
    expect(result).toMatchObject({ ok: true, leftBehind: ['sleep 301'] });
  },
  LIMIT_MS,
);
