import { expect, test } from 'bun:test';
import { runInLanes } from './lanes.ts';

/** Runs files by hand: what has begun, and a way to end it. */
function createStage() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    async end(file: string) {
      ends.get(file)?.();
      await Bun.sleep(0);
    },
    run(file: string) {
      begun.push(file);
      return new Promise<void>((resolve) => ends.set(file, resolve));
    },
  };
}

test('files begin in their order, and one that fills two lanes waits for both while others go on', async () => {
  const { begun, end, run } = createStage();
  const lanesOf = (file: string) => (file === 'wide' ? 2 : 1);
  const all = runInLanes(['a', 'b', 'wide', 'c'], { lanes: 3, lanesOf }, run);
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('c');
  expect(begun).toEqual(['a', 'b', 'c', 'wide']);
  for (const file of ['b', 'wide']) await end(file);
  await all;
});

test('a file that can’t be run ends the whole', async () => {
  const failing = async () => {
    throw new Error('no bun');
  };
  await expect(runInLanes(['a'], { lanes: 3, lanesOf: () => 1 }, failing)).rejects.toThrow('no bun');
});
