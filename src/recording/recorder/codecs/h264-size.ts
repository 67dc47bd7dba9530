import { Bits } from './bits.ts';

/** Profiles with a chroma format in their parameters (H.264, section 7.3.2.1.1). */
const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/** The size of the pictures that these sequence parameters (with their unit's header) describe, in pixels. */
export function pictureSize(unit: Uint8Array): { width: number; height: number } {
  const bits = new Bits(withoutEmulation(unit.subarray(1)));
  const profile = bits.read(8);
  bits.read(16);
  bits.golomb();
  const chroma = HIGH_PROFILES.includes(profile) ? skipHighProfile(bits) : 1;
  bits.golomb();
  skipOrderCount(bits);
  bits.golomb();
  bits.read(1);
  const columns = bits.golomb() + 1;
  const rows = bits.golomb() + 1;
  const isFrame = bits.flag();
  if (!isFrame) bits.read(1);
  bits.read(1);
  const [left, right, top, bottom] = bits.flag()
    ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()]
    : [0, 0, 0, 0];
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (isFrame ? 1 : 2);
  return {
    width: columns * 16 - (left + right) * unitX,
    height: rows * 16 * (isFrame ? 1 : 2) - (top + bottom) * unitY,
  };
}

/** Returns the chroma format. */
function skipHighProfile(bits: Bits): number {
  const chroma = bits.golomb();
  if (chroma === 3) bits.read(1);
  bits.golomb();
  bits.golomb();
  bits.read(1);
  if (!bits.flag()) return chroma;
  for (let i = 0; i < (chroma === 3 ? 12 : 8); i++) if (bits.flag()) skipScalingList(bits, i < 6 ? 16 : 64);
  return chroma;
}

function skipScalingList(bits: Bits, size: number): void {
  let last = 8;
  for (let i = 0, next = 8; i < size && next !== 0; i++) {
    next = (last + bits.signedGolomb() + 256) % 256;
    if (next !== 0) last = next;
  }
}

function skipOrderCount(bits: Bits): void {
  const type = bits.golomb();
  if (type === 0) bits.golomb();
  if (type !== 1) return;
  bits.read(1);
  bits.signedGolomb();
  bits.signedGolomb();
  const cycle = bits.golomb();
  for (let i = 0; i < cycle && i < 256; i++) bits.signedGolomb();
}

/** Without the bytes that keep start codes out of the data (H.264, section 7.4.1). */
function withoutEmulation(data: Uint8Array): Uint8Array {
  return data.filter((byte, i) => !(byte === 3 && i >= 2 && data[i - 1] === 0 && data[i - 2] === 0));
}
