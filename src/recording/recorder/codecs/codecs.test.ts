import { describe, expect, test } from 'bun:test';
import type { MediaPacket } from '../rtp/packet.ts';
import { CODEC_FACTS } from './depacketizer.ts';
import type { Frame } from './frame.ts';

/** Gives each payload to the codec in turn; the last of a picture has the marker. */
function frames(
  codec: 'vp8' | 'vp9' | 'h264' | 'av1',
  ...pictures: readonly (readonly number[])[][]
): Frame[] {
  const depacketizer = CODEC_FACTS[codec].depacketizer();
  return pictures.flatMap((payloads, timestamp) =>
    payloads.flatMap((payload, i): Frame[] => {
      const marker = i === payloads.length - 1;
      const packet: MediaPacket = {
        ssrc: 1,
        payloadType: 96,
        sequence: 0,
        timestamp,
        marker,
        payload: Uint8Array.from(payload),
      };
      const frame = depacketizer.push(packet);
      return frame ? [frame] : [];
    }),
  );
}

const bytes = (frame: Frame | undefined) => [...(frame?.data ?? [])];

describe('a picture', () => {
  test('of VP8 is its packets without their descriptors; a key frame tells its size', () => {
    const header = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
    const [key, delta] = frames(
      'vp8',
      [
        [0x90, 0x80, 0x81, 0x02, ...header],
        [0x80, 0x80, 0x81, 0x02, 7, 8],
      ],
      [[0x90, 0xe0, 0x81, 0x03, 0x01, 0x20, 0x11, 9]],
    );
    expect(bytes(key)).toEqual([...header, 7, 8]);
    expect(key).toMatchObject({ isKey: true, width: 640, height: 360 });
    expect(bytes(delta)).toEqual([0x11, 9]);
    expect(delta?.isKey).toBe(false);
  });

  test('whose first packet was lost is left out, and the next one is whole', () => {
    const [only, none] = frames('vp8', [[0x80, 0x80, 0x01, 5]], [[0x90, 0x80, 0x02, 0x11]]);
    expect(bytes(only)).toEqual([0x11]);
    expect(none).toBeUndefined();
  });

  test('of VP9 in two layers is one superframe with an index', () => {
    const [frame] = frames('vp9', [
      [0x88, 0x01, 1, 2],
      [0x84, 0x01, 3],
      [0x8c, 0x01, 4, 5],
    ]);
    const marker = 0xc0 | (3 << 3) | 1;
    expect(bytes(frame)).toEqual([1, 2, 3, 4, 5, marker, 3, 0, 0, 0, 2, 0, 0, 0, marker]);
    expect(frame?.isKey).toBe(true);
  });

  test('of H.264 has the length before each unit, and a key frame brings what a decoder needs', () => {
    const sequence = [
      0x67, 0x42, 0xc0, 0x1e, 0xda, 0x02, 0x80, 0xbf, 0xe5, 0x84, 0, 0, 3, 0, 4, 0, 0, 3, 0, 0xf0, 0x3c,
    ];
    const picture = [0x68, 0xce, 0x3c, 0x80];
    const [key, delta] = frames(
      'h264',
      [
        [0x78, 0, sequence.length, ...sequence, 0, picture.length, ...picture],
        [0x7c, 0x85, 1, 2],
        [0x7c, 0x45, 3],
      ],
      [[0x41, 9, 9]],
    );
    expect(bytes(key).slice(-8)).toEqual([0, 0, 0, 4, 0x65, 1, 2, 3]);
    expect(key).toMatchObject({ isKey: true, width: 640, height: 360 });
    expect([...(key?.setup ?? [])].slice(0, 8)).toEqual([
      1,
      0x42,
      0xc0,
      0x1e,
      0xff,
      0xe1,
      0,
      sequence.length,
    ]);
    expect(bytes(delta)).toEqual([0, 0, 0, 3, 0x41, 9, 9]);
    expect(delta?.isKey).toBe(false);
  });

  test('of AV1 has the size in each unit and no temporal delimiter', () => {
    const [key, broken] = frames(
      'av1',
      // a delimiter, a sequence header, and the first half of a frame; then its second half
      [
        [0x78, 1, 0x10, 2, 0x08, 5, 0x30, 6, 7],
        [0x90, 8],
      ],
      [[0x90, 8]],
    );
    expect(bytes(key)).toEqual([0x0a, 1, 5, 0x32, 3, 6, 7, 8]);
    expect(key?.isKey).toBe(true);
    expect(broken).toBeUndefined();
  });
});
