import { expect, test } from 'bun:test';
import { type Loudness, speakersOf, stepAt } from './speakers.ts';

/** Loudness of one person, window after window of half a second. */
const heard = (identity: string, from: number, levels: readonly number[]): Loudness[] =>
  levels.map((db, i) => ({ identity, at: from + i / 2, db }));

test('whoever speaks is shown until another one has spoken for a while; a cough takes nobody away', () => {
  const steps = speakersOf(
    [
      ...heard('ada', 0, Array(20).fill(-20)),
      ...heard('bob', 0, Array(8).fill(-60)), // the noise of his room
      ...heard('bob', 4, [-10]), // a cough
      ...heard('bob', 10, Array(10).fill(-30)),
    ],
    0.5,
  );
  expect(steps).toEqual([
    { from: 0, value: 'ada' },
    { from: 10, value: 'bob' },
  ]);
  expect([stepAt(steps, 9), stepAt(steps, 12), stepAt([], 1)]).toEqual(['ada', 'bob', undefined]);
});

test('nobody is shown as a speaker where nobody spoke', () => {
  expect(speakersOf(heard('ada', 0, Array(20).fill(-70)), 0.5)).toEqual([]);
});
