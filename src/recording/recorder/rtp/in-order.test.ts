import { describe, expect, test } from 'bun:test';
import { InOrder } from './in-order.ts';
import type { MediaPacket } from './packet.ts';

const packet = (sequence: number): MediaPacket => ({
  ssrc: 1,
  payloadType: 96,
  sequence: sequence & 0xffff,
  timestamp: sequence,
  marker: false,
  payload: new Uint8Array(1),
});

function stream() {
  const out: (number | string)[] = [];
  const inOrder = new InOrder({
    onPacket: ({ sequence }) => out.push(sequence),
    onLost: (count) => out.push(`${count} lost`),
  });
  return {
    out,
    inOrder,
    push(now: number, ...all: number[]) {
      for (const n of all) inOrder.push(packet(n), now);
    },
  };
}

describe('packets of a stream', () => {
  test('come out in order, once, whatever order they came in, also over the turn of the numbers', () => {
    const { out, push } = stream();
    push(0, 65_533, 65_535, 65_534, 65_534, 65_537, 65_536, 65_533);
    expect(out).toEqual([65_533, 65_534, 65_535, 0, 1]);
  });

  test('that are missing are asked for again and again, and come to their place when they are sent again', () => {
    const { out, inOrder, push } = stream();
    push(0, 1, 4);
    expect(inOrder.wanted(0)).toEqual([2, 3]);
    expect(inOrder.wanted(20)).toEqual([]);
    push(30, 3);
    expect(inOrder.wanted(60)).toEqual([2]);
    push(70, 2);
    expect(inOrder.isWaiting).toBe(false);
    expect(out).toEqual([1, 2, 3, 4]);
  });

  test('that never come are given up, and what waited for them goes on', () => {
    const { out, inOrder, push } = stream();
    push(0, 1, 3, 6);
    push(390, 7);
    expect(inOrder.wanted(390)).toEqual([2, 4, 5]);
    expect(inOrder.wanted(420)).toEqual([]);
    expect(out).toEqual([1, '1 lost', 3, '2 lost', 6, 7]);
    push(430, 5);
    expect(out).toHaveLength(6);
  });

  test('of a sender that starts anew far away are taken as they are', () => {
    const { out, inOrder, push } = stream();
    push(0, 1, 2, 20_000, 20_001);
    expect(out).toEqual([1, 2, '19997 lost', 20_000, 20_001]);
    expect(inOrder.isWaiting).toBe(false);
  });
});
