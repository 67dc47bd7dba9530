import { concat } from './frame.ts';
import type { PictureAssembly } from './picture-packets.ts';

const SEQUENCE_HEADER = 1;
const TEMPORAL_DELIMITER = 2;
const TILE_LIST = 8;
const PADDING = 15;
/** Matroska stores temporal units without these. */
const LEFT_OUT = [TEMPORAL_DELIMITER, TILE_LIST, PADDING];

/** AV1 (RTP payload format for AV1, section 4): its units come out each with its size, as files have them. */
export function av1(): PictureAssembly {
  let units: Uint8Array[] = [];
  /** The unit that goes on in the next packet. */
  let open: Uint8Array[] = [];
  return {
    add(payload) {
      const header = payload[0] ?? 0;
      const elements = elementsOf(payload);
      const continues = (header & 0x80) !== 0;
      if (!elements || continues !== open.length > 0) return false;
      for (const [i, element] of elements.entries()) {
        open.push(element);
        const goesOn = i === elements.length - 1 && (header & 0x40) !== 0;
        if (goesOn) continue;
        units.push(concat(open));
        open = [];
      }
      return true;
    },
    finish(timestamp) {
      if (open.length > 0) return undefined;
      const kept = units.filter((unit) => unit.length > 0 && !LEFT_OUT.includes(typeOf(unit)));
      if (kept.length === 0) return undefined;
      const isKey = kept.some((unit) => typeOf(unit) === SEQUENCE_HEADER);
      return { data: concat(kept.flatMap(withSize)), timestamp, isKey };
    },
    clear() {
      units = [];
      open = [];
    },
  };
}

/** The pieces in a packet: with W = n, all but the last of n have a length; with W = 0, all have. */
function elementsOf(payload: Uint8Array): Uint8Array[] | undefined {
  const count = ((payload[0] ?? 0) >> 4) & 3;
  const elements: Uint8Array[] = [];
  let offset = 1;
  while (offset < payload.length) {
    let length = payload.length - offset;
    if (count === 0 || elements.length < count - 1) {
      const size = readLeb128(payload, offset);
      offset += size.bytes;
      length = size.value;
    }
    if (offset + length > payload.length) return undefined;
    elements.push(payload.subarray(offset, offset + length));
    offset += length;
  }
  return elements;
}

function typeOf(unit: Uint8Array): number {
  return ((unit[0] ?? 0) >> 3) & 15;
}

/** The unit with a size field (AV1 bitstream, section 5.3), which senders leave out. */
function withSize(unit: Uint8Array): Uint8Array[] {
  const header = unit[0] ?? 0;
  if (header & 0x02) return [unit];
  const headerLength = header & 0x04 ? 2 : 1;
  const head = unit.slice(0, headerLength);
  head[0] = header | 0x02;
  return [head, leb128(unit.length - headerLength), unit.subarray(headerLength)];
}

function readLeb128(data: Uint8Array, offset: number): { value: number; bytes: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = data[offset + i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if ((byte & 0x80) === 0) return { value, bytes: i + 1 };
  }
  return { value, bytes: 8 };
}

function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}
