import type { MediaPacket } from '../rtp/packet.ts';
import type { Depacketizer, Frame } from './frame.ts';

/** One codec's part of the work: payloads in, a picture out. */
export interface PictureAssembly {
  /** Takes the payload of a packet; false when it can't belong to a picture that is whole so far. */
  add(payload: Uint8Array): boolean;
  /** The picture, or undefined when it is not whole. The next `add` begins another. */
  finish(timestamp: number): Frame | undefined;
  clear(): void;
}

/** Gathers the packets of each picture: they share a timestamp, and the last has the marker. */
export function pictures(assembly: PictureAssembly): Depacketizer {
  let timestamp: number | undefined;
  let isBroken = false;

  function begin(at: number | undefined): void {
    assembly.clear();
    timestamp = at;
    isBroken = false;
  }

  return {
    push(packet: MediaPacket) {
      if (packet.payload.length === 0) return undefined;
      let before: Frame | undefined;
      if (timestamp !== undefined && packet.timestamp !== timestamp) {
        // a sender that sets no markers
        before = isBroken ? undefined : assembly.finish(timestamp);
        begin(packet.timestamp);
      }
      timestamp ??= packet.timestamp;
      if (!isBroken && !assembly.add(packet.payload)) isBroken = true;
      if (!packet.marker) return before;
      const frame = isBroken ? undefined : assembly.finish(packet.timestamp);
      begin(undefined);
      return frame ?? before;
    },
    reset: () => begin(undefined),
  };
}
