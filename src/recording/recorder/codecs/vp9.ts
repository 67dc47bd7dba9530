import { Bits } from './bits.ts';
import { concat } from './frame.ts';
import type { PictureAssembly } from './picture-packets.ts';

/** VP9 (RFC 9628). Spatial layers of one picture are put together as a superframe (VP9 bitstream, annex B). */
export function vp9(): PictureAssembly {
  let layers: Uint8Array[][] = [];
  let isInter = false;
  return {
    add(payload) {
      const flags = payload[0] ?? 0;
      const offset = descriptorLength(payload);
      const isStart = (flags & 0x08) !== 0;
      if (offset >= payload.length || (!isStart && layers.length === 0)) return false;
      if (isStart) {
        if (layers.length === 0) isInter = (flags & 0x40) !== 0;
        layers.push([]);
      }
      layers.at(-1)?.push(payload.subarray(offset));
      return true;
    },
    finish(timestamp) {
      if (layers.length === 0) return undefined;
      const frames = layers.map(concat);
      const size = isInter ? undefined : sizeOf(frames.at(-1));
      return { data: superframe(frames), timestamp, isKey: !isInter, ...size };
    },
    clear() {
      layers = [];
    },
  };
}

/** RFC 9628, section 4.2. */
function descriptorLength(payload: Uint8Array): number {
  const flags = payload[0] ?? 0;
  const [hasId, isInter, hasLayer, isFlexible, hasStructure] = [0x80, 0x40, 0x20, 0x10, 0x02].map(
    (bit) => (flags & bit) !== 0,
  );
  let length = 1;
  if (hasId) length += (payload[length] ?? 0) & 0x80 ? 2 : 1;
  if (hasLayer) length += isFlexible ? 1 : 2;
  if (isFlexible && isInter) while ((payload[length++] ?? 0) & 1);
  return hasStructure ? length + structureLength(payload.subarray(length)) : length;
}

/** The scalability structure: sizes of the layers, and the group of pictures. */
function structureLength(data: Uint8Array): number {
  const flags = data[0] ?? 0;
  let length = 1;
  if (flags & 0x10) length += ((flags >> 5) + 1) * 4;
  if (!(flags & 0x08)) return length;
  const pictures = data[length++] ?? 0;
  for (let i = 0; i < pictures; i++) length += 1 + (((data[length] ?? 0) >> 2) & 3);
  return length;
}

function superframe(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return frames[0] ?? new Uint8Array();
  const marker = 0xc0 | (3 << 3) | (frames.length - 1);
  const index = new Uint8Array(2 + frames.length * 4);
  index[0] = index[index.length - 1] = marker;
  const view = new DataView(index.buffer);
  for (const [i, frame] of frames.entries()) view.setUint32(1 + i * 4, frame.length, true);
  return concat([...frames, index]);
}

/** VP9 bitstream, section 6.2: the size in the uncompressed header of a key frame. */
function sizeOf(frame: Uint8Array | undefined): { width: number; height: number } | undefined {
  if (!frame) return undefined;
  const bits = new Bits(frame.subarray(0, 16));
  bits.read(2);
  const profile = bits.read(1) + bits.read(1) * 2;
  if (profile === 3) bits.read(1);
  const showsExisting = bits.flag();
  const isInter = bits.flag();
  bits.read(2);
  if (showsExisting || isInter || bits.read(24) !== 0x498342) return undefined;
  if (profile >= 2) bits.read(1);
  const isRgb = bits.read(3) === 7;
  if (!isRgb) bits.read(1);
  if (profile === 1 || profile === 3) bits.read(isRgb ? 1 : 3);
  return { width: bits.read(16) + 1, height: bits.read(16) + 1 };
}
