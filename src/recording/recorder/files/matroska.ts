// MPL-2.0, used as it is: of what writes Matroska without seeking back, the one that is kept up and has types.
import {
  AppendOnlyStreamTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  Output,
} from 'mediabunny';
import type { Codec } from '../../manifest/manifest.ts';
import type { AppendFile } from './append-file.ts';

/** What the decoder has to know of a track before its first frame. */
export interface TrackSetup {
  readonly codec: Codec;
  readonly width?: number;
  readonly height?: number;
  /** The codec's own record: avcC for H.264. */
  readonly setup?: Uint8Array;
}

export interface MatroskaTrack {
  /** Appends a frame; `media` is in milliseconds and never goes back. */
  add(frame: { readonly data: Uint8Array; readonly isKey: boolean; readonly media: number }): Promise<void>;
  /** Writes the index. */
  finish(): Promise<void>;
}

/** Codec strings (RFC 6381); players read the streams themselves, so that levels high enough will do. */
const CODEC_STRINGS: Readonly<Record<Exclude<Codec, 'opus'>, string>> = {
  vp8: 'vp8',
  vp9: 'vp09.00.50.08',
  h264: 'avc1.42e01f',
  av1: 'av01.0.12M.08',
};
const CODEC_NAMES = { vp8: 'vp8', vp9: 'vp9', h264: 'avc', av1: 'av1' } as const;

/** Each has an entry in the index, which stays in memory until the end: with one a second, twelve hours would fill it. */
const CLUSTER_S = 10;

/** Two channels at 48 kHz, no pre-skip, no gain (RFC 7845, section 5.1). */
const OPUS_HEAD = Uint8Array.from([...Buffer.from('OpusHead'), 1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]);

/** Writes a Matroska file of one track that is valid wherever it breaks off: clusters of unknown size, no seeking back. */
export async function writeMatroska(file: AppendFile, track: TrackSetup): Promise<MatroskaTrack> {
  const output = new Output({
    format: new MkvOutputFormat({ appendOnly: true, minimumClusterDuration: CLUSTER_S }),
    target: new AppendOnlyStreamTarget(
      new WritableStream<Uint8Array>({ write: (chunk) => file.append(chunk) }),
    ),
  });
  const add = track.codec === 'opus' ? addOpus(output) : addVideo(output, track.codec, track);
  await output.start();
  return {
    add: ({ data, isKey, media }) => add(new EncodedPacket(data, isKey ? 'key' : 'delta', media / 1000, 0)),
    finish: () => output.finalize(),
  };
}

type Add = (packet: EncodedPacket) => Promise<void>;

function addOpus(output: Output): Add {
  const source = new EncodedAudioPacketSource('opus');
  output.addAudioTrack(source);
  const decoderConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: 2, description: OPUS_HEAD };
  return (packet) => source.add(packet, { decoderConfig });
}

function addVideo(output: Output, codec: Exclude<Codec, 'opus'>, track: TrackSetup): Add {
  const source = new EncodedVideoPacketSource(CODEC_NAMES[codec]);
  output.addVideoTrack(source);
  const decoderConfig = {
    codec: CODEC_STRINGS[codec],
    codedWidth: track.width ?? 0,
    codedHeight: track.height ?? 0,
    ...(track.setup && { description: track.setup }),
  };
  return (packet) => source.add(packet, { decoderConfig });
}
