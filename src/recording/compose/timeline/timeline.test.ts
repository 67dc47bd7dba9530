import { expect, test } from 'bun:test';
import { concatScript, lanesOf } from './lanes.ts';
import { stepExpression } from './steps.ts';
import { type Clip, without } from './timeline.ts';

const clip = (more: Partial<Clip>): Clip => ({
  path: '/r/a.mkv',
  identity: 'u_ada',
  source: 'camera',
  kind: 'video',
  codec: 'vp8',
  at: 0,
  to: 10,
  rate: 1,
  shown: [],
  ...more,
});

test('files of one camera, one after another, are one input; overlapping or of another codec they are two', () => {
  const lanes = lanesOf([
    clip({ at: 0, to: 10 }),
    clip({ at: 12, to: 20 }),
    clip({ at: 15, to: 18 }),
    clip({ at: 30, to: 40, codec: 'h264' }),
    clip({ at: 30, to: 40, identity: 'u_bob' }),
  ]);
  expect(lanes.map(({ clips }) => clips.map(({ at }) => at))).toEqual([[0, 12], [15], [30], [30]]);
});

test('a file begins at its own moment, whatever its name has in it', () => {
  const [lane] = lanesOf([clip({ path: "/r/it's.mkv", at: 2, to: 5 }), clip({ at: 8, to: 9 })]);
  expect(lane && concatScript(lane)).toBe(
    "ffconcat version 1.0\nfile '/r/it'\\''s.mkv'\ninpoint 0\nduration 6.000000\n" +
      "file '/r/a.mkv'\ninpoint 0\nduration 1.000000\n",
  );
});

test('a thousand steps stay within the depth that ffmpeg reads', () => {
  const steps = Array.from({ length: 1_000 }, (_, i) => ({ from: i, value: i }));
  const text = stepExpression(steps);
  let [depth, deepest] = [0, 0];
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  expect(deepest).toBeLessThan(25);
  expect(
    stepExpression([
      { from: 0, value: 1 },
      { from: 2, value: 1 },
      { from: 5, value: 3 },
    ]),
  ).toBe('if(lt(t,5.0000),1,3)');
});

test('what was muted is taken out of what is seen', () => {
  const muted = [
    { from: 2, to: 3 },
    { from: 8, to: 12 },
  ];
  expect(without({ from: 0, to: 10 }, muted)).toEqual([
    { from: 0, to: 2 },
    { from: 3, to: 8 },
  ]);
});
