import '../harness/slow.ts';
import { afterEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { compose } from '../../src/recording/compose/compose.ts';
import { findFfmpeg } from '../../src/recording/compose/ffmpeg/find.ts';
import { gridBoxes } from '../../src/recording/compose/picture/grid.ts';
import type { TrackRun } from '../../src/recording/manifest/summarize.ts';
import { coloursOf, pitchOf } from '../fixtures/recorded.ts';
import { listen } from '../fixtures/recording/look-and-listen.ts';
import { hasMoved, seenAt } from '../fixtures/recording/patterns.ts';
import { createStage, type Recording } from '../fixtures/recording.ts';
import { type Colour, VIDEO_CODECS } from '../harness/rtc-client/messages.ts';

const { livekitServer, enter, startRecording, recordFor, clear } = createStage();
afterEach(clear);

const PITCH_TOLERANCE_HZ = 10;
/** A tone that is not there is far below, one of ten together above. */
const AUDIBLE = 0.02;
const PALETTE: readonly Colour[] = ['red', 'green', 'blue', 'grey'];
/** None is usual; on a busy machine not each of some thousands comes through. */
const FEW_PACKETS = 20;
const WHOLE = { x: 0, y: 0, w: 1, h: 1 };
const SIZE = { width: 960, height: 540 };

const who = (n: number) => ({
  identity: `person${n}`,
  hertz: 320 + 110 * n,
  colour: PALETTE[n % PALETTE.length] ?? 'red',
});
const cast = (count: number) => Array.from({ length: count }, (_, n) => who(n));

async function composed(recording: Recording): Promise<string> {
  const made = await compose({
    ffmpeg: await findFfmpeg(process.env),
    dir: recording.dir,
    layout: 'grid',
    ...SIZE,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return join(recording.dir, made.file);
}

/** A client whose connection stumbles on a busy machine sends in another file. */
function longestOf(tracks: readonly TrackRun[], identity: string, kind: string): TrackRun {
  const mine = tracks.filter((one) => one.identity === identity && one.kind === kind);
  const [longest] = mine.sort((a, b) => b.end - b.start - (a.end - a.start));
  if (!longest) throw new Error(`no ${kind} of ${identity}`);
  return longest;
}

/** In the order of the tiles, each with its middle; 0 to 1. */
async function tilesOf(recording: Recording) {
  const { people } = await recording.summary();
  const boxes = gridBoxes(people.length, { x: 0, y: 0, w: SIZE.width, h: SIZE.height });
  return people.map(({ identity }, i) => {
    const { x, y, w, h } = boxes[i] ?? WHOLE;
    const [top, bottom] = [(y + h * 0.1) / SIZE.height, (y + h * 0.75) / SIZE.height];
    return { identity, x: (x + w / 2) / SIZE.width, y: (y + h / 2) / SIZE.height, top, bottom };
  });
}

describe.skipIf(Bun.which('ffmpeg') === null)('a meeting of (ffmpeg)', () => {
  test.each([5, 10])('%d: each tone and each moving picture is where it should be', async (count) => {
    const livekit = await livekitServer();
    const people = cast(count);
    await Promise.all(
      people.map(async ({ identity, hertz, colour }) => {
        const client = await enter(livekit, identity, { canSubscribe: false });
        await client.publishMicrophone(hertz);
        await client.publishCamera(colour, { width: 160, fps: 5 });
      }),
    );
    const recording = await startRecording(livekit);
    await recording.stored(count * 2);
    await recordFor(recording, 4);
    const { tracks } = await recording.stop();
    expect(tracks.reduce((lost, run) => lost + (run.lost ?? 0), 0)).toBeLessThan(FEW_PACKETS);
    for (const { identity, hertz, colour } of people) {
      const fileOf = (kind: string) => recording.path(longestOf(tracks, identity, kind).file);
      expect(Math.abs((await pitchOf(fileOf('audio'), 1, 2)) - hertz)).toBeLessThan(PITCH_TOLERANCE_HZ);
      expect(new Set(await coloursOf(fileOf('video')))).toEqual(new Set([colour]));
    }

    const path = await composed(recording);
    const heard = await listen(path);
    expect(people.filter(({ hertz }) => heard.tone(hertz, 2.5) < AUDIBLE)).toEqual([]);
    expect(heard.tone(2_500, 2.5)).toBeLessThan(AUDIBLE);
    const [before, after] = [await seenAt(path, 2.5), await seenAt(path, 3.1)];
    for (const { identity, x, y, top, bottom } of await tilesOf(recording)) {
      const { colour } = people.find((person) => person.identity === identity) ?? who(0);
      expect([identity, before.colour(x, y)]).toEqual([identity, colour]);
      expect([identity, hasMoved(before, after, x, top, bottom)]).toEqual([identity, true]);
    }
  });

  test('four who send VP8, H264, VP9 and AV1: one file shows them all', async () => {
    const livekit = await livekitServer();
    const people = cast(VIDEO_CODECS.length);
    await Promise.all(
      people.map(async ({ identity, colour }, n) => {
        const client = await enter(livekit, identity, { canSubscribe: false });
        await client.publishCamera(colour, { codec: VIDEO_CODECS[n] ?? 'vp8' });
      }),
    );
    const recording = await startRecording(livekit);
    await recording.stored(people.length);
    await recordFor(recording, 4);
    const { tracks } = await recording.stop();
    expect(new Set(tracks.map(({ codec }) => codec))).toEqual(new Set(VIDEO_CODECS));
    const seen = await seenAt(await composed(recording), 2.5);
    for (const { identity, x, y } of await tilesOf(recording)) {
      const { colour } = people.find((person) => person.identity === identity) ?? who(0);
      expect([identity, seen.colour(x, y)]).toEqual([identity, colour]);
    }
  });

  test('two, one of whom shares a screen and stops: it is large meanwhile, with the faces beside it', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    const bob = await enter(livekit, 'bob');
    await ada.publishCamera('red');
    await bob.publishCamera('green');
    const recording = await startRecording(livekit);
    await recording.stored(2);
    await recordFor(recording, 2);
    await ada.publishScreen('blue', { width: 640, fps: 5 });
    await recording.stored(3);
    await recordFor(recording, 3);
    await ada.unpublish('screen_share');
    await recordFor(recording, 3);
    const { tracks, start } = await recording.stop();
    const screen = tracks.find(({ source }) => source === 'screen_share');
    expect(screen).toMatchObject({ identity: 'ada', width: 640 });

    const path = await composed(recording);
    const at = (moment: number) => seenAt(path, (moment - start) / 1000);
    const faces = new Set<Colour>(['red', 'green']);
    const during = await at(((screen?.start ?? 0) + (screen?.end ?? 0)) / 2);
    expect([0.2, 0.6].map((x) => during.colour(x, 0.5))).toEqual(['blue', 'blue']);
    expect(new Set([0.42, 0.58].map((y) => during.colour(0.9, y)))).toEqual(faces);
    for (const moment of [(screen?.start ?? 0) - 800, (screen?.end ?? 0) + 1_200]) {
      const alone = await at(moment);
      expect(new Set([0.25, 0.75].map((x) => alone.colour(x, 0.5)))).toEqual(faces);
    }
  });
});
