import '../harness/slow.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { readManifest } from '../../src/recording/manifest/read-manifest.ts';
import { packetsOf, pitchOf } from '../fixtures/recorded.ts';
import { type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom } from '../harness/people.ts';
import {
  recordedFor,
  recordersOf,
  recordingIs,
  showRecording,
  startRecording,
  stopRecording,
} from '../harness/recordings.ts';
import { eventually, within } from '../harness/within.ts';

const ENOUGH_MS = 3_000;
const MOST_LOST_MS = 1_000;
const TONE_HZ = 440;

describe.skipIf(Bun.which('ffmpeg') === null)('a recording goes on (ffmpeg)', () => {
  let didar: Didar;
  let room: string;
  let anna: Attendee;
  let id: string;

  beforeAll(async () => {
    didar = await startDidar();
  });
  afterAll(() => didar?.cleanUp());
  beforeEach(async () => {
    room = (await createRoom(didar)).name;
    anna = await attend(didar, room, { name: 'Anna' });
    await anna.client.publishMicrophone(TONE_HZ);
    ({ id } = await startRecording(didar, room));
    await recordedFor(didar, id, ENOUGH_MS);
  });
  afterEach(() => anna?.client.close());

  const inDir = (name: string) => `${didar.dataDir}/recordings/${id}/${name}`;
  const tracksOf = async (part: number) =>
    (await readManifest(inDir(`part-${part}.jsonl`))).lines.flatMap((line) =>
      line.type === 'opened' ? [line] : [],
    );
  async function expectTone(file: string, from: number): Promise<void> {
    expect(Math.abs((await pitchOf(inDir(file), from, 1)) - TONE_HZ)).toBeLessThan(10);
  }

  test('after kill -9 of its recorder, with less than a second lost, and is composed as one', async () => {
    const [recorder = 0] = await recordersOf(didar);
    const killedAt = Date.now();
    process.kill(recorder, 'SIGKILL');
    await eventually(async () => {
      const { parts, state } = await showRecording(didar, id);
      return parts === 2 && state === 'recording';
    }, 'the second part');
    await eventually(async () => (await tracksOf(2)).length > 0, 'media in the second part');
    const [before] = await tracksOf(1);
    const last = (await packetsOf(inDir(before?.file ?? ''))).at(-1)?.seconds ?? 0;
    expect(killedAt - ((before?.at ?? 0) + last * 1000)).toBeLessThan(MOST_LOST_MS);
    await recordedFor(didar, id, ENOUGH_MS + 2_000);
    await stopRecording(didar, id);
    const done = await recordingIs(didar, id, 'done');
    expect(done).toMatchObject({ parts: 2, cause: null });
    // one moment of each part
    await expectTone('recording.mp4', 1);
    await expectTone('recording.mp4', done.duration / 1000 - 1.6);
  });

  test('after kill -9 of livekit, once people are back', async () => {
    process.kill(await didar.livekitPid(), 'SIGKILL');
    await within(60_000, async () => (await tracksOf(1)).length > 1, 'media in another file');
    await eventually(async () => (await showRecording(didar, id)).state === 'recording', 'going on');
    const { duration } = await showRecording(didar, id);
    await recordedFor(didar, id, duration + 2_000);
    await stopRecording(didar, id);
    const done = await recordingIs(didar, id, 'done');
    expect(done.cause).toBeNull();
    for (const { file } of await tracksOf(1)) await expectTone(file, 0.2);
  });

  test('no further than SIGTERM of the server, which completes it; the next one composes it', async () => {
    expect(await didar.stop()).toBe(0);
    const { lines } = await readManifest(inDir('part-1.jsonl'));
    expect(lines.at(-1)?.type).toBe('end');
    await didar.restart();
    const done = await recordingIs(didar, id, 'done');
    expect(done.files.map(({ kind }) => kind)).toContain('video');
    await expectTone('recording.mp4', 1);
  });

  test('no further than kill -9 of the server where nobody wants it to; what there is is composed', async () => {
    await didar.kill9();
    await didar.restart();
    await stopRecording(didar, id);
    const done = await recordingIs(didar, id, 'done');
    expect(done.stoppedBy).toBe('local');
    await expectTone('recording.mp4', 1);
  });
});
