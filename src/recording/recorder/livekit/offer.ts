import type { Codec } from '../../manifest/manifest.ts';
import { codecNamed } from '../codecs/depacketizer.ts';

/** What an SDP offer says of one stream of packets. */
export interface OfferedStream {
  readonly ssrc: number;
  /** LiveKit's id of the published track, `TR_…`. */
  readonly trackSid: string;
  readonly codecs: ReadonlyMap<number, Codec>;
}

/**
 * The streams in LiveKit's offer: which published track has which packets. LiveKit puts the track's id into the
 * stream's or the track's id (`a=msid:PA_…|TR_… TR_…`).
 */
export function offeredStreams(sdp: string): OfferedStream[] {
  return sdp
    .split(/^m=/m)
    .slice(1)
    .flatMap((section) => {
      const trackSid = /^a=msid:.*?(TR_\w+)/m.exec(section)?.[1];
      if (trackSid === undefined || /^a=(inactive|recvonly)\s*$/m.test(section)) return [];
      const codecs = new Map(
        [...section.matchAll(/^a=rtpmap:(\d+) ([\w-]+)\//gm)].flatMap(([, type, name = '']) => {
          const codec = codecNamed(name);
          return codec === undefined ? [] : [[Number(type), codec] as const];
        }),
      );
      return ssrcsOf(section).map((ssrc) => ({ ssrc, trackSid, codecs }));
    });
}

/** Without those of retransmissions, which have packets of their own kind. */
function ssrcsOf(section: string): number[] {
  const repairs = [...section.matchAll(/^a=ssrc-group:FID \d+ (\d+)/gm)].map(([, ssrc]) => Number(ssrc));
  const all = [...section.matchAll(/^a=ssrc:(\d+)/gm)].map(([, ssrc]) => Number(ssrc));
  return [...new Set(all)].filter((ssrc) => !repairs.includes(ssrc));
}
