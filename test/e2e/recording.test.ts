import '../harness/slow.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { coloursOf, pitchOf, streamOf } from '../fixtures/recorded.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom } from '../harness/people.ts';
import { recordedFor, recordingIs, showRecording, startRecording } from '../harness/recordings.ts';
import { within } from '../harness/within.ts';

/** Long enough for tones to be told apart. */
const ENOUGH_MS = 3_000;

describe('recording a meeting', () => {
  let didar: Didar;
  let room: Room;
  let anna: Attendee;
  let folder: string;

  beforeAll(async () => {
    didar = await startDidar();
    folder = mkdtempSync(join(tmpdir(), 'didar-recorded-'));
  });
  afterAll(async () => {
    await didar?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    room = await createRoom(didar);
    anna = await attend(didar, room.name, { name: 'Anna' });
    await Promise.all([anna.client.publishMicrophone(440), anna.client.publishCamera('red')]);
  });
  afterEach(async () => {
    await anna?.client.close();
  });

  const start = () => startRecording(didar, room.name);
  const show = (id: string) => showRecording(didar, id);
  const reached = (id: string, state: Recording['state']) => recordingIs(didar, id, state);
  const recorded = (id: string, ms: number) => recordedFor(didar, id, ms);

  test('what was said and shown is in one file, which can be fetched from the shell', async () => {
    const { id } = await start();
    expect((await asAdmin<Room>(didar, `/api/room/${room.name}`)).recording).toMatchObject({ id });
    await reached(id, 'recording');
    await recorded(id, ENOUGH_MS);
    await asAdmin(didar, `/api/recording/${id}/stop`, { method: 'POST' });
    const done = await reached(id, 'done');
    expect(done).toMatchObject({ cause: null, parts: 1 });
    expect(done.duration).toBeGreaterThanOrEqual(ENOUGH_MS);
    expect(new Set(done.files.map(({ kind }) => kind))).toEqual(new Set(['manifest', 'track', 'video']));

    const path = join(folder, 'meeting.mp4');
    const fetched = await didar.cli(['record', 'fetch', id, '--output', path, '--socket', didar.socket]);
    expect(fetched).toMatchObject({ code: 0 });
    expect(Math.abs((await pitchOf(path, 1, 1)) - 440)).toBeLessThan(10);
    expect(await streamOf(path)).toMatchObject({ codec: 'h264' });
    expect(await coloursOf(path)).toContain('red');
  });

  test('a second start is refused while the first one runs, and so is deleting it', async () => {
    const { id } = await start();
    const again = await didar.local(`/api/room/${room.name}/recordings`, { method: 'POST' });
    expect(again).toMatchObject({ status: 409, body: { code: 'recording_running', recording: id } });
    expect(await didar.local(`/api/recording/${id}`, { method: 'DELETE' })).toMatchObject({ status: 409 });
    await reached(id, 'recording');
    await asAdmin(didar, `/api/recording/${id}/stop`, { method: 'POST' });
  });

  test('ranges of a file are answered, and a deleted recording leaves nothing', async () => {
    const { id } = await start();
    await reached(id, 'recording');
    await recorded(id, 1_000);
    await asAdmin(didar, `/api/recording/${id}/stop`, { method: 'POST' });
    const { files } = await reached(id, 'done');
    const video = files.find(({ kind }) => kind === 'video');
    const url = `http://localhost/api/recording/${id}/files/${video?.name}`;
    const part = await fetch(url, { unix: didar.socket, headers: { range: 'bytes=4-7' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 4-7/${video?.bytes}`);
    expect(await part.text()).toBe('ftyp');
    await asAdmin(didar, `/api/recording/${id}`, { method: 'DELETE' });
    expect(await didar.local(`/api/recording/${id}`)).toMatchObject({ status: 404 });
    expect(await Array.fromAsync(new Bun.Glob(`**/${id}/*`).scan(didar.dataDir))).toEqual([]);
  });

  test('it ends by itself when everyone has left', async () => {
    await asAdmin(didar, `/api/room/${room.name}`, { method: 'PATCH', json: { departureTimeout: 1 } });
    const { id } = await start();
    await reached(id, 'recording');
    await recorded(id, 1_000);
    await anna.client.disconnect();
    await reached(id, 'done');
  });

  test('a server that is killed in the middle goes on in another part', async () => {
    const { id } = await start();
    await reached(id, 'recording');
    await recorded(id, 1_000);
    await didar.kill9();
    await didar.restart();
    const again = await within(
      60_000,
      async () => {
        const recording = await show(id);
        return recording.parts === 2 && recording.state === 'recording' && recording;
      },
      'the second part',
    );
    expect(again.startedAt).not.toBeNull();
    await asAdmin(didar, `/api/recording/${id}/stop`, { method: 'POST' });
    const done = await reached(id, 'done');
    expect(done.files.filter(({ kind }) => kind === 'manifest')).toHaveLength(2);
  });
});

describe('what can not be recorded', () => {
  let didar: Didar;
  beforeAll(async () => {
    didar = await startDidar();
  });
  afterAll(() => didar?.cleanUp());

  test('is an empty room, and a room for who may not moderate it', async () => {
    const room = await createRoom(didar);
    const path = `/api/room/${room.name}/recordings`;
    expect(await didar.local(path, { method: 'POST' })).toMatchObject({
      status: 409,
      body: { code: 'room_not_live' },
    });
    expect(await didar.api(path, { method: 'POST' })).toMatchObject({ status: 401 });
    expect(await didar.local('/api/recording/nothing')).toMatchObject({ status: 404 });
  });
});
