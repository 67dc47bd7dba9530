import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/harness/within.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { manifestName } from '../manifest/manifest.ts';
import { createPart } from './files/part.ts';
import { TrackRun } from './track-run.ts';

const PAYLOAD = Buffer.from('one piece of sound, as a client sends it');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/didar-track-run-`);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the first frame of a track is in its file, and the track in the manifest, before any time has passed', async () => {
  const clock = manualClock();
  const onError = (error: unknown) => {
    throw error;
  };
  const part = await createPart({
    dir,
    recordingId: 'rec_1',
    room: 'standup',
    part: 1,
    clock,
    onError,
    onStored: () => undefined,
  });
  const opened: string[] = [];
  const run = new TrackRun({
    publication: { sid: 'TR_1', identity: 'u_ada', source: 'microphone' },
    codec: 'opus',
    number: 1,
    partNumber: 1,
    part,
    clock,
    onOpened: (file) => opened.push(file),
    onError,
  });
  const stored = async (name: string) => Buffer.from(await Bun.file(join(dir, name)).bytes());

  run.push({ ssrc: 1, payloadType: 111, sequence: 7, timestamp: 48_000, marker: true, payload: PAYLOAD });
  await eventually(() => opened.length === 1, 'the file of the track');
  const [file = ''] = opened;
  await eventually(async () => (await stored(file)).includes(PAYLOAD), 'the frame to be in it');
  expect((await stored(manifestName(1))).toString()).toContain(`"file":"${file}"`);

  await run.close();
  await part.close();
});
