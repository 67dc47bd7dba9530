import { concat, type Frame } from './frame.ts';
import { pictureSize } from './h264-size.ts';
import type { PictureAssembly } from './picture-packets.ts';

const SLICE_IDR = 5;
const SEQUENCE_PARAMETERS = 7;
const PICTURE_PARAMETERS = 8;
const ACCESS_UNIT_DELIMITER = 9;
const AGGREGATE = 24;
const FRAGMENT = 28;

/** H.264 (RFC 6184, packetization modes 0 and 1): its units come out with their length in front, as files have them. */
export function h264(): PictureAssembly {
  let units: Uint8Array[] = [];
  let fragments: Uint8Array[] = [];
  /** Of the last key frame that carried them; some senders send them once. */
  let parameters: { sequence?: Uint8Array; picture?: Uint8Array } = {};

  function addFragment(payload: Uint8Array): boolean {
    const [indicator = 0, header = 0] = payload;
    const isStart = (header & 0x80) !== 0;
    if (isStart !== (fragments.length === 0)) return false;
    if (isStart) fragments.push(Uint8Array.of((indicator & 0xe0) | (header & 0x1f)));
    fragments.push(payload.subarray(2));
    if (header & 0x40) {
      units.push(concat(fragments));
      fragments = [];
    }
    return true;
  }

  function addAggregate(payload: Uint8Array): boolean {
    for (let offset = 1; offset + 2 <= payload.length; ) {
      const length = ((payload[offset] ?? 0) << 8) | (payload[offset + 1] ?? 0);
      offset += 2 + length;
      if (offset > payload.length) return false;
      units.push(payload.subarray(offset - length, offset));
    }
    return true;
  }

  return {
    add(payload) {
      const type = typeOf(payload);
      if (type === FRAGMENT) return addFragment(payload);
      if (fragments.length > 0) return false;
      if (type === AGGREGATE) return addAggregate(payload);
      if (type === 0 || type > AGGREGATE) return false;
      units.push(payload);
      return true;
    },
    finish(timestamp): Frame | undefined {
      if (fragments.length > 0) return undefined;
      for (const unit of units) {
        if (typeOf(unit) === SEQUENCE_PARAMETERS) parameters = { ...parameters, sequence: unit };
        if (typeOf(unit) === PICTURE_PARAMETERS) parameters = { ...parameters, picture: unit };
      }
      const kept = units.filter((unit) => typeOf(unit) !== ACCESS_UNIT_DELIMITER);
      if (!kept.some((unit) => typeOf(unit) < SEQUENCE_PARAMETERS)) return undefined;
      const data = concat(kept.flatMap((unit) => [lengthOf(unit), unit]));
      const isIdr = kept.some((unit) => typeOf(unit) === SLICE_IDR);
      const { sequence, picture } = parameters;
      if (!isIdr || !sequence || !picture) return { data, timestamp, isKey: false };
      return {
        data,
        timestamp,
        isKey: true,
        setup: decoderSetup(sequence, picture),
        ...pictureSize(sequence),
      };
    },
    clear() {
      units = [];
      fragments = [];
    },
  };
}

function typeOf(unit: Uint8Array): number {
  return (unit[0] ?? 0) & 0x1f;
}

function lengthOf(unit: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, unit.length);
  return length;
}

/** The AVC decoder configuration record (ISO 14496-15, section 5.3.3.1.2). */
function decoderSetup(sequence: Uint8Array, picture: Uint8Array): Uint8Array {
  const [, profile = 0, compatibility = 0, level = 0] = sequence;
  const size = (unit: Uint8Array) => Uint8Array.of(unit.length >> 8, unit.length & 0xff);
  return concat([
    Uint8Array.of(1, profile, compatibility, level, 0xff, 0xe1),
    size(sequence),
    sequence,
    Uint8Array.of(1),
    size(picture),
    picture,
  ]);
}
