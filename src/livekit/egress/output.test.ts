import { describe, expect, test } from 'bun:test';
import { EncodedFileType, EncodingOptionsPreset } from '@livekit/protocol';
import { egressOutput, egressPath, egressRequest, recordingOf } from './output.ts';

const look = { layout: 'grid', width: 1280, height: 720 } as const;
const bucket = {
  bucket: 'meetings',
  endpoint: 'https://s3.example.org',
  region: 'us-east-1',
  prefix: 'didar/',
  pathStyle: true,
  accessKeyId: 'key',
  secretAccessKey: 'secret',
};

describe('the file of a recording by egress', () => {
  test('goes to the bucket where there is one, else to the shared volume, else where the worker uploads it', () => {
    const egress = { dir: '/recordings', workerUploads: true };
    expect(egressOutput(egress, bucket)).toMatchObject({ kind: 's3' });
    expect(egressOutput(egress, undefined)).toMatchObject({ kind: 'shared' });
    expect(egressOutput({ workerUploads: true }, undefined)).toMatchObject({ kind: 'worker' });
    expect(egressOutput({ workerUploads: false }, undefined)).toBeUndefined();
  });

  test('is asked for under the name that it will have here, by which the recording is known again', () => {
    for (const [output, path] of [
      [{ kind: 's3', bucket }, 'didar/rec_1/recording.mp4'],
      [{ kind: 'shared', dir: '/recordings' }, '/recordings/rec_1/recording.mp4'],
      [{ kind: 'worker' }, 'rec_1/recording.mp4'],
    ] as const) {
      expect(egressPath(output, 'rec_1', look)).toBe(path);
      expect(recordingOf(path)).toBe('rec_1');
    }
    expect(recordingOf('somebody-elses/recording.mp4')).toBeUndefined();
    expect(recordingOf(undefined)).toBeUndefined();
  });

  test('has the layout, the size and the kind that was asked for', () => {
    const ask = (options: Parameters<typeof egressRequest>[3]) =>
      egressRequest({ kind: 'worker' }, 'standup', 'rec_1', options);
    expect(ask(look)).toMatchObject({
      roomName: 'standup',
      layout: 'grid',
      options: { case: 'preset', value: EncodingOptionsPreset.H264_720P_30 },
      fileOutputs: [{ fileType: EncodedFileType.MP4, disableManifest: true }],
    });
    expect(ask({ ...look, width: 640, height: 360 }).options).toMatchObject({
      case: 'advanced',
      value: { width: 640, height: 360 },
    });
    const audio = ask({ ...look, layout: 'audio' });
    expect(audio).toMatchObject({ audioOnly: true, fileOutputs: [{ fileType: EncodedFileType.OGG }] });
  });

  test('is uploaded with our credentials, which the worker needs to have', () => {
    const [output] = egressRequest({ kind: 's3', bucket }, 'standup', 'rec_1', look).fileOutputs;
    expect(output?.output).toMatchObject({
      case: 's3',
      value: { bucket: 'meetings', accessKey: 'key', secret: 'secret', forcePathStyle: true },
    });
  });
});
