import { join } from 'node:path/posix';
import {
  EncodedFileOutput,
  EncodedFileType,
  EncodingOptions,
  EncodingOptionsPreset,
  RoomCompositeEgressRequest,
  S3Upload,
} from '@livekit/protocol';
import type { EgressConfig } from '../../config/config.ts';

/** Where an egress worker leaves its file: in our bucket, on a volume we share, or where its own configuration says. */
export type EgressOutput =
  | { readonly kind: 's3'; readonly bucket: Bucket }
  | { readonly kind: 'shared'; readonly dir: string }
  | { readonly kind: 'worker' };

/** A bucket as recordings use it, and where in it they stand. */
export interface Bucket {
  readonly bucket: string;
  readonly endpoint: string;
  readonly region: string;
  readonly prefix: string;
  readonly pathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface EgressLook {
  readonly layout: 'grid' | 'speaker' | 'audio';
  readonly width: number;
  readonly height: number;
}

/** Undefined where nothing is configured: the file would stay on the worker's own disk. */
export function egressOutput(egress: EgressConfig, bucket: Bucket | undefined): EgressOutput | undefined {
  if (bucket !== undefined) return { kind: 's3', bucket };
  if (egress.dir !== undefined) return { kind: 'shared', dir: egress.dir };
  return egress.workerUploads ? { kind: 'worker' } : undefined;
}

/** Name of the file in its recording: a worker puts sound alone into Ogg. */
export function egressFileName({ layout }: EgressLook): string {
  return layout === 'audio' ? 'recording.ogg' : 'recording.mp4';
}

/** Where in the output the file of a recording is asked for; the recording's id is a part of it. */
export function egressPath(output: EgressOutput, recordingId: string, look: EgressLook): string {
  const below = `${recordingId}/${egressFileName(look)}`;
  switch (output.kind) {
    case 's3':
      return `${output.bucket.prefix}${below}`;
    case 'shared':
      return join(output.dir, below);
    case 'worker':
      return below;
  }
}

export function egressRequest(
  output: EgressOutput,
  room: string,
  recordingId: string,
  look: EgressLook,
): RoomCompositeEgressRequest {
  const isAudio = look.layout === 'audio';
  return new RoomCompositeEgressRequest({
    roomName: room,
    ...(isAudio ? { audioOnly: true } : { layout: look.layout, options: picture(look) }),
    fileOutputs: [
      new EncodedFileOutput({
        fileType: isAudio ? EncodedFileType.OGG : EncodedFileType.MP4,
        filepath: egressPath(output, recordingId, look),
        disableManifest: true,
        ...(output.kind === 's3' && { output: { case: 's3', value: upload(output.bucket) } }),
      }),
    ],
  });
}

function upload({ accessKeyId, secretAccessKey, pathStyle, bucket, endpoint, region }: Bucket): S3Upload {
  return new S3Upload({
    accessKey: accessKeyId,
    secret: secretAccessKey,
    forcePathStyle: pathStyle,
    bucket,
    endpoint,
    region,
  });
}

/** A preset where there is one, since its bitrate fits; else the size alone, and the worker's defaults. */
function picture({ width, height }: EgressLook): RoomCompositeEgressRequest['options'] {
  const preset = PRESETS[`${width}x${height}`];
  return preset === undefined
    ? { case: 'advanced', value: new EncodingOptions({ width, height }) }
    : { case: 'preset', value: preset };
}

const PRESETS: Readonly<Record<string, EncodingOptionsPreset>> = {
  '1280x720': EncodingOptionsPreset.H264_720P_30,
  '1920x1080': EncodingOptionsPreset.H264_1080P_30,
  '720x1280': EncodingOptionsPreset.PORTRAIT_H264_720P_30,
  '1080x1920': EncodingOptionsPreset.PORTRAIT_H264_1080P_30,
};

/** The recording that an egress was started for; undefined for one that somebody else started. */
export function recordingOf(requestedPath: string | undefined): string | undefined {
  return /(?:^|\/)(rec_[0-9a-z]+)\/recording\.[a-z0-9]+$/.exec(requestedPath ?? '')?.[1];
}
