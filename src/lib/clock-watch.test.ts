import { expect, test } from 'bun:test';
import { type ClockJump, describeJump, watchClock } from './clock-watch.ts';
import { manualClock } from './manual-clock.ts';

const HOUR_MS = 3_600_000;

function setup() {
  const clock = manualClock();
  let set = 0;
  const told: (ClockJump | undefined)[] = [];
  const watch = watchClock({
    clock: { ...clock, now: () => clock.now() + set },
    monotonic: () => clock.now(),
    onChange: (jump) => told.push(jump),
  });
  const setBy = (ms: number): void => {
    set += ms;
  };
  return { clock, watch, told, setBy };
}

test('a clock that is set forward is told until it is set right again', () => {
  const { clock, watch, told, setBy } = setup();
  clock.advance(HOUR_MS);
  expect(watch.jump()).toBeUndefined();
  setBy(HOUR_MS);
  clock.advance(5_000);
  expect(watch.jump()).toEqual({ by: HOUR_MS });
  setBy(-HOUR_MS);
  expect(watch.jump()).toBeUndefined();
  expect(told).toEqual([expect.objectContaining({ by: HOUR_MS }), undefined]);
});

test('one that stays as it was set is the right one after ten minutes', () => {
  const { clock, watch, setBy } = setup();
  setBy(-HOUR_MS);
  expect(describeJump(watch.jump() as ClockJump)).toBe('back by 3600 s');
  clock.advance(590_000);
  expect(watch.jump()).toBeDefined();
  clock.advance(10_000);
  expect(watch.jump()).toBeUndefined();
});

test('what a time server corrects by the way is no jump', () => {
  const { clock, watch, told, setBy } = setup();
  setBy(20_000);
  clock.advance(HOUR_MS);
  expect(watch.jump()).toBeUndefined();
  expect(told).toEqual([]);
});
