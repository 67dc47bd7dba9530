import type { MediaPacket } from '../rtp/packet.ts';

/** One encoded picture, or one piece of sound, as a file stores it. */
export interface Frame {
  readonly data: Uint8Array;
  /** 32 bits, in the codec's clock. */
  readonly timestamp: number;
  /** Decodable without what came before. */
  readonly isKey: boolean;
  /** Pixels, where the frame tells. */
  readonly width?: number;
  readonly height?: number;
  /** What a decoder needs beforehand; with key frames of codecs that have such a thing. */
  readonly setup?: Uint8Array;
}

/** Takes the packets of one stream in order and gives whole frames. */
export interface Depacketizer {
  push(packet: MediaPacket): Frame | undefined;
  /** Packets were lost: the frame that was being put together is not to be finished. */
  reset(): void;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
