import { expect, test } from 'bun:test';
import { manualClock } from '../lib/manual-clock.ts';
import { watchForEverybodyGone } from './everybody-gone.ts';

function watched(connections: number) {
  const clock = manualClock();
  const watch = { connections, told: 0 };
  const end = watchForEverybodyGone({
    connections: () => watch.connections,
    clock,
    onGone: () => watch.told++,
  });
  return { clock, watch, end };
}

test('who has been gone for ten seconds is not waited for', () => {
  const { clock, watch } = watched(1);
  clock.advance(60_000);
  watch.connections = 0;
  clock.advance(9_000);
  expect(watch.told).toBe(0);
  clock.advance(2_000);
  expect(watch.told).toBe(1);
  clock.advance(60_000);
  expect(watch.told).toBe(1);
});

test('who comes back meanwhile is waited for again', () => {
  const { clock, watch } = watched(0);
  clock.advance(8_000);
  watch.connections = 1;
  clock.advance(1_000);
  watch.connections = 0;
  clock.advance(9_000);
  expect(watch.told).toBe(0);
});

test('a watch that was ended tells nothing', () => {
  const { clock, watch, end } = watched(0);
  end();
  clock.advance(60_000);
  expect(watch.told).toBe(0);
});
