import { describe, expect, test } from 'bun:test';
import { lanesOf } from '../timeline/lanes.ts';
import type { Clip, Presence } from '../timeline/timeline.ts';
import { type SceneOptions, scenesOf } from './scenes.ts';

const person = (name: string, from: number, to: number): Presence => ({ identity: name, name, from, to });
const clip = (identity: string, from: number, to: number, source: Clip['source'] = 'camera'): Clip => ({
  path: `${identity}-${from}`,
  identity,
  source,
  kind: 'video',
  codec: 'vp8',
  at: from,
  to,
  rate: 1,
  shown: [{ from, to }],
});

function scenes(people: readonly Presence[], clips: readonly Clip[], more: Partial<SceneOptions> = {}) {
  const size = { width: 1280, height: 720 };
  const found = scenesOf({ lanes: lanesOf(clips), people, length: 60, size, fps: 15, ...more });
  return found.map(({ from, to, tiles }) => ({
    from,
    to,
    tiles: tiles.map(({ name, lane, box }) => `${name}${lane ? '*' : ''} ${box.w}x${box.h}`),
  }));
}

describe('the picture', () => {
  test('follows who is there and who shows something (marked by a star)', () => {
    const people = [person('ada', 0, 60), person('bob', 10, 40)];
    expect(scenes(people, [clip('bob', 20, 40), clip('ada', 0, 60)])).toEqual([
      { from: 0, to: 10, tiles: ['ada* 1280x720'] },
      { from: 10, to: 20, tiles: ['ada* 636x716', 'bob 636x716'] },
      { from: 20, to: 40, tiles: ['ada* 636x716', 'bob* 636x716'] },
      { from: 40, to: 60, tiles: ['ada* 1280x720'] },
    ]);
  });

  test('puts the screen that was shared last large, faces beside it', () => {
    const people = [person('ada', 0, 60), person('bob', 0, 60)];
    const shares = [clip('ada', 10, 30, 'screen_share'), clip('bob', 20, 40, 'screen_share')];
    expect(scenes(people, shares).map(({ from, tiles }) => [from, ...tiles])).toEqual([
      [0, 'ada 636x716', 'bob 636x716'],
      [10, 'ada* 1024x720', 'ada 252x140', 'bob 252x140'],
      [20, 'bob* 1024x720', 'ada 252x140', 'bob 252x140'],
      [40, 'ada 636x716', 'bob 636x716'],
    ]);
  });

  test('of many shows those with a camera first, all within the frame', () => {
    const people = Array.from({ length: 60 }, (_, i) => person(`p${i}`, 0, 60));
    const [scene] = scenesOf({
      lanes: lanesOf([clip('p59', 0, 60)]),
      people,
      length: 60,
      size: { width: 1280, height: 720 },
      fps: 15,
    });
    expect(scene?.tiles).toHaveLength(25);
    expect(scene?.tiles.some(({ lane }) => lane)).toBe(true);
    for (const { box } of scene?.tiles ?? []) {
      expect([box.x >= 0, box.y >= 0, box.x + box.w <= 1280, box.y + box.h <= 720]).toEqual(
        Array(4).fill(true),
      );
      expect([box.x % 2, box.y % 2, box.w % 2, box.h % 2]).toEqual([0, 0, 0, 0]);
    }
  });
});
