import type { Codec, MediaKind } from '../../manifest/manifest.ts';
import { av1 } from './av1.ts';
import type { Depacketizer } from './frame.ts';
import { h264 } from './h264.ts';
import { pictures } from './picture-packets.ts';
import { vp8 } from './vp8.ts';
import { vp9 } from './vp9.ts';

interface CodecFacts {
  readonly kind: MediaKind;
  /** Ticks of its RTP timestamps in a second. */
  readonly clockRate: number;
  readonly depacketizer: () => Depacketizer;
}

const VIDEO = { kind: 'video', clockRate: 90_000 } as const;

export const CODEC_FACTS: Readonly<Record<Codec, CodecFacts>> = {
  opus: { kind: 'audio', clockRate: 48_000, depacketizer: opus },
  vp8: { ...VIDEO, depacketizer: () => pictures(vp8()) },
  vp9: { ...VIDEO, depacketizer: () => pictures(vp9()) },
  h264: { ...VIDEO, depacketizer: () => pictures(h264()) },
  av1: { ...VIDEO, depacketizer: () => pictures(av1()) },
};

/** The codec of an SDP encoding name; undefined for what is not recorded. */
export function codecNamed(name: string): Codec | undefined {
  const lower = name.toLowerCase();
  return Object.keys(CODEC_FACTS).find((codec): codec is Codec => codec === lower);
}

/** Opus (RFC 7587): a packet is a frame. */
function opus(): Depacketizer {
  return {
    push: ({ payload, timestamp }) =>
      payload.length === 0 ? undefined : { data: payload, timestamp, isKey: true },
    reset: () => undefined,
  };
}
