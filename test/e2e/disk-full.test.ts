import '../harness/slow.ts';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Recording } from '../../src/modules/recordings/model.ts';
import { pitchOf } from '../fixtures/recorded.ts';
import { type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom } from '../harness/people.ts';
import { recordedFor, recordingIs, showRecording, startRecording } from '../harness/recordings.ts';
import { canMount, createSmallDisk, type SmallDisk } from '../harness/small-disk.ts';
import { eventually, within } from '../harness/within.ts';

const DISK_MB = 300;
const MB = 1024 ** 2;
/** The disk is looked at every ten seconds. */
const NOTICE_LIMIT_MS = 60_000;
const ENOUGH_MS = 3_000;

describe.skipIf(!canMount())('a whole server on a disk that fills (a tmpfs, which root may mount)', () => {
  let disk: SmallDisk;
  let didar: Didar;
  let room: string;
  let anna: Attendee;

  beforeEach(async () => {
    disk = createSmallDisk(DISK_MB);
    didar = await startDidar({ home: disk.path });
    room = (await createRoom(didar)).name;
    anna = await attend(didar, room, { name: 'Anna' });
    await anna.client.publishMicrophone(440);
  });
  afterEach(async () => {
    await anna?.client.close();
    await didar?.cleanUp();
    disk?.close();
  });

  const over = (id: string, limitMs: number) =>
    within(
      limitMs,
      async () => {
        const recording = await showRecording(didar, id);
        return ['done', 'failed', 'composing'].includes(recording.state) && recording;
      },
      'the end of the recording',
    );

  async function expectToneIn({ id, files }: Recording): Promise<void> {
    const track = files.find(({ kind }) => kind === 'track');
    const path = `${didar.dataDir}/recordings/${id}/${track?.name}`;
    expect(Math.abs((await pitchOf(path, 1, 1.5)) - 440)).toBeLessThan(10);
  }

  test('warns, then completes the recording in time, composes it, and starts no other', async () => {
    const { id } = await startRecording(didar, room);
    await recordedFor(didar, id, ENOUGH_MS);
    await disk.fillTo((DISK_MB / 2 - 20) * MB);
    await over(id, NOTICE_LIMIT_MS);
    const done = await recordingIs(didar, id, 'done');
    expect(done.cause).toMatchObject({ code: 'disk_nearly_full', fix: expect.stringContaining('Free') });
    expect(done.files.map(({ kind }) => kind)).toContain('video');
    await expectToneIn(done);
    expect(didar.logs()).toContain('the disk of the recordings gets full');
    const again = await didar.local(`/api/room/${room}/recordings`, { method: 'POST' });
    expect(again).toMatchObject({ status: 503, body: { code: 'disk_nearly_full' } });
  });

  test('that fills all at once: what was stored is kept, and composed when there is room again', async () => {
    const { id } = await startRecording(didar, room);
    await recordedFor(didar, id, ENOUGH_MS);
    await disk.fillTo(0);
    await eventually(async () => {
      const answer = await didar.local('/api/room', { json: { access: 'public' } });
      return answer.status === 503;
    }, 'the database being full');
    await eventually(
      () => didar.logs().includes("a recording's end could not be stored"),
      'the recorder ending on the full disk',
    );
    disk.free();

    const done = await recordingIs(didar, id, 'done');
    expect(done.cause).toMatchObject({ code: 'disk_full' });
    await expectToneIn(done);
  });
});
