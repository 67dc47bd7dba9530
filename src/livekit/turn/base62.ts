const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Six bits that begin with these four ones have no letter of their own: the fifth bit is all they carry. */
const SHORT = 0b011110;

/**
 * Bytes as livekit writes them into TURN user names: github.com/jxskiss/base62, which takes six bits at a time from
 * the end, and five where six would go past its 62 letters.
 */
export function base62(bytes: Uint8Array): string {
  let text = '';
  for (let position = bytes.length * 8; position > 0; ) {
    const bits = sixBits(bytes, position);
    const isShort = (bits & SHORT) === SHORT;
    const value = isShort ? bits & 0b011111 : bits;
    text += ALPHABET[value];
    position -= isShort && (position > 6 || bits > 0b011111) ? 5 : 6;
  }
  return text;
}

/** The six bits that end at `position`, counted from the first bit; fewer at the beginning. */
function sixBits(bytes: Uint8Array, position: number): number {
  const offset = position % 8 || 8;
  const index = Math.ceil(position / 8) - 1;
  const low = (bytes[index] ?? 0) >> (8 - offset);
  const high = offset < 6 && index > 0 ? (bytes[index - 1] ?? 0) << offset : 0;
  return (low | high) & 0b111111;
}
