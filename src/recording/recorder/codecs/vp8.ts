import { concat } from './frame.ts';
import type { PictureAssembly } from './picture-packets.ts';

/** VP8 (RFC 7741): each payload is a descriptor and a piece of the frame. */
export function vp8(): PictureAssembly {
  let parts: Uint8Array[] = [];
  return {
    add(payload) {
      const offset = descriptorLength(payload);
      const isStart = ((payload[0] ?? 0) & 0x17) === 0x10;
      // further partitions begin with S too, but are not partition 0
      if (offset >= payload.length || isStart !== (parts.length === 0)) return false;
      parts.push(payload.subarray(offset));
      return true;
    },
    finish(timestamp) {
      if (parts.length === 0) return undefined;
      const data = concat(parts);
      const isKey = ((data[0] ?? 1) & 1) === 0;
      return { data, timestamp, isKey, ...(isKey && sizeOf(data)) };
    },
    clear() {
      parts = [];
    },
  };
}

/** RFC 7741, section 4.2. */
function descriptorLength(payload: Uint8Array): number {
  const hasMore = (payload[0] ?? 0) & 0x80;
  if (!hasMore) return 1;
  const flags = payload[1] ?? 0;
  let length = 2;
  if (flags & 0x80) length += (payload[length] ?? 0) & 0x80 ? 2 : 1;
  if (flags & 0x40) length += 1;
  if (flags & 0x30) length += 1;
  return length;
}

/** RFC 6386, section 9.1: 14 bits each, after the start code. */
function sizeOf(data: Uint8Array): { width: number; height: number } | undefined {
  if (data.length < 10 || data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a) return undefined;
  const view = new DataView(data.buffer, data.byteOffset);
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}
