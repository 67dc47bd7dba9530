import '../harness/slow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import { streamOf } from '../fixtures/recorded.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom } from '../harness/people.ts';
import {
  recordedFor,
  recordingIs,
  showRecording,
  startRecording,
  stopRecording,
} from '../harness/recordings.ts';
import { eventually } from '../harness/within.ts';

const TOOLS = ['sh', 'nice', 'ionice', 'sleep'];
const installed = Bun.which('ffmpeg') !== null;

/** Says what the real one can, and is never done with a recording. */
const slowFfmpeg = (real: string) => `#!/bin/sh
case "$*" in
  *-progress*) echo out_time_us=500000; exec sleep 600;;
  *) exec ${real} "$@";;
esac
`;

describe.skipIf(!installed)('what becomes of a recording (ffmpeg)', () => {
  let didar: Didar;
  let room: string;
  let anna: Attendee;
  /** The only place where the server looks for programs. */
  let bin: string;

  function install(program: string, as: 'it is' | 'never done' | 'missing' = 'it is'): void {
    const path = join(bin, program);
    rmSync(path, { force: true });
    const real = Bun.which(program) ?? '';
    if (as === 'it is') symlinkSync(real, path);
    if (as === 'never done') writeFileSync(path, slowFfmpeg(real), { mode: 0o755 });
  }

  beforeAll(async () => {
    bin = mkdtempSync(join(tmpdir(), 'didar-bin-'));
    for (const tool of [...TOOLS, 'ffprobe']) install(tool);
    didar = await startDidar({ env: { PATH: bin }, config: { recording: { width: 640, height: 360 } } });
    room = (await createRoom(didar)).name;
    anna = await attend(didar, room, { name: 'Anna' });
    await Promise.all([anna.client.publishMicrophone(440), anna.client.publishCamera('red')]);
  });
  afterAll(async () => {
    await anna?.client.close();
    await didar?.cleanUp();
    rmSync(bin, { recursive: true, force: true });
  });

  async function record(options: Partial<Recording['options']> = {}): Promise<string> {
    const { id } = await startRecording(didar, room, options);
    await recordedFor(didar, id, 1_000);
    await stopRecording(didar, id);
    return id;
  }
  async function jobOf(recording: string): Promise<Job> {
    const { items } = await asAdmin<{ items: Job[] }>(didar, '/api/job?kind=process_recording');
    const found = items.find(({ payload }) => payload.recordingId === recording);
    if (!found) throw new Error(`no job of ${recording}`);
    return found;
  }
  const cli = (...args: string[]) => didar.cli([...args, '--socket', didar.socket]);
  const kindsOf = ({ files }: Recording) => [...new Set(files.map(({ kind }) => kind))].sort();

  test('without ffmpeg the tracks are the result; installed later, one command makes the file', async () => {
    const id = await record();
    const without = await recordingIs(didar, id, 'done');
    expect(without.cause).toMatchObject({
      code: 'ffmpeg_missing',
      fix: expect.stringContaining('didar job retry'),
    });
    expect(kindsOf(without)).toEqual(['manifest', 'track']);

    install('ffmpeg');
    const job = await jobOf(id);
    expect(job).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'ffmpeg_missing' } });
    const list = await cli('job', 'list', '--state', 'failed');
    expect(list.stdout).toContain(job.id);
    expect(list.stdout).toContain('ffmpeg_missing');
    expect(await cli('job', 'retry', job.id)).toMatchObject({ code: 0 });
    const retried = await eventually(async () => {
      const recording = await showRecording(didar, id);
      return recording.cause === null && recording.state === 'done' && recording;
    }, 'the recording, composed');
    expect(kindsOf(retried)).toEqual(['manifest', 'track', 'video']);
  });

  test('composing that is cancelled leaves the tracks, and says how to get the file after all', async () => {
    install('ffmpeg', 'never done');
    const id = await record();
    await eventually(async () => ((await showRecording(didar, id)).progress ?? 0) > 0, 'progress');
    expect(await didar.local(`/api/recording/${id}`, { method: 'DELETE' })).toMatchObject({ status: 409 });
    const job = await jobOf(id);
    expect((await cli('job', 'show', job.id)).stdout).toContain('running');
    expect(await cli('job', 'cancel', job.id)).toMatchObject({ code: 0 });
    const cancelled = await recordingIs(didar, id, 'done');
    expect(cancelled).toMatchObject({ progress: null, cause: { code: 'composing_cancelled' } });
    expect(cancelled.cause?.fix).toContain(`didar job retry ${job.id}`);
    expect(kindsOf(cancelled)).toEqual(['manifest', 'track']);
    expect(await cli('job', 'cancel', job.id)).toMatchObject({ code: 1 });
    install('ffmpeg');
    expect(await cli('job', 'retry', job.id)).toMatchObject({ code: 0 });
    await eventually(async () => kindsOf(await showRecording(didar, id)).includes('video'), 'the file');
  });

  const sizeOf = (id: string) => streamOf(join(didar.dataDir, 'recordings', id, 'recording.mp4'));

  test('it has the size that was asked for, and its tracks go only where that was asked too', async () => {
    const how = ['--size', '320x180', '--no-keep-tracks', '--json'];
    const started = await cli('record', 'start', room, ...how);
    const { id }: Recording = JSON.parse(started.stdout);
    await recordedFor(didar, id, 1_000);
    await stopRecording(didar, id);
    const done = await recordingIs(didar, id, 'done');
    expect(kindsOf(done)).toEqual(['manifest', 'video']);
    expect(await sizeOf(id)).toMatchObject({ width: 320, height: 180 });
    const onDisk = await Array.fromAsync(new Bun.Glob(`recordings/${id}/*.mkv`).scan(didar.dataDir));
    expect(onDisk).toEqual([]);
    expect(await cli('record', 'start', room, '--size', 'huge')).toMatchObject({ code: 2 });
  });

  test('where nothing is asked, it is as the configuration says', async () => {
    const id = await record();
    expect(kindsOf(await recordingIs(didar, id, 'done'))).toEqual(['manifest', 'track', 'video']);
    expect(await sizeOf(id)).toMatchObject({ width: 640, height: 360 });
  });

  test('it is sound alone where that is asked', async () => {
    const id = await record({ layout: 'audio' });
    expect(kindsOf(await recordingIs(didar, id, 'done'))).toEqual(['audio', 'manifest', 'track']);
  });
});
