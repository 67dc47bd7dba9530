import '../harness/slow.ts';
import { afterEach, expect, test } from 'bun:test';
import { FPS } from '../../src/recording/compose/command.ts';
import { compose } from '../../src/recording/compose/compose.ts';
import { findFfmpeg } from '../../src/recording/compose/ffmpeg/find.ts';
import type { TrackRun } from '../../src/recording/manifest/summarize.ts';
import { publishFlashAndBeep } from '../fixtures/flash-and-beep.ts';
import { flashesOf, onsetsOf } from '../fixtures/recorded.ts';
import { allFlashes } from '../fixtures/recording/look-and-listen.ts';
import { createStage } from '../fixtures/recording.ts';
import { findChromium, startChromium } from '../harness/browser.ts';

const { toEnd, livekitServer, startRecording, recordFor, clear, ROOM } = createStage();
afterEach(clear);

const chromium = await findChromium();
/** What people do not notice. */
const IN_SYNC_MS = 80;

test.skipIf(!chromium)(
  'a flash and a beep at the same moment are at the same moment of the recording',
  async () => {
    const livekit = await livekitServer();
    const browser = await startChromium(chromium ?? '');
    toEnd.push(() => browser.close());
    await publishFlashAndBeep(browser, livekit.wsUrl, await livekit.token(ROOM, 'ada'));
    const recording = await startRecording(livekit);
    await recording.stored(2);
    await recordFor(recording, 12);
    const { tracks } = await recording.stop();

    const inTruth = ({ start, rate }: TrackRun, seconds: number) => start + seconds * 1000 * rate;
    const of = (kind: string) => tracks.find((track) => track.kind === kind) as TrackRun;
    /** How far a flash is from the beep of its second, in the middle of all; milliseconds. */
    function apart(flashes: readonly number[], beeps: readonly number[]): number {
      const distances = flashes.flatMap((flash) => {
        const nearest = beeps.map((beep) => flash - beep).sort((a, b) => Math.abs(a) - Math.abs(b))[0];
        return nearest === undefined || Math.abs(nearest) > 400 ? [] : [nearest];
      });
      expect(distances.length).toBeGreaterThan(5);
      return distances.sort((a, b) => a - b)[distances.length >> 1] ?? Infinity;
    }
    const flashes = (await flashesOf(recording.path(of('video').file))).map((at) => inTruth(of('video'), at));
    const beeps = (await onsetsOf(recording.path(of('audio').file))).map((at) => inTruth(of('audio'), at));
    expect(Math.abs(apart(flashes, beeps))).toBeLessThan(IN_SYNC_MS);

    if (Bun.which('ffmpeg') === null) return;
    const made = await compose({
      ffmpeg: await findFfmpeg(process.env),
      dir: recording.dir,
      layout: 'grid',
      width: 640,
      height: 360,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const path = recording.path(made.file);
    const inMs = (seconds: readonly number[]) => seconds.map((each) => each * 1000);
    const composed = apart(inMs(await allFlashes(path, FPS)), inMs(await onsetsOf(path)));
    expect(Math.abs(composed)).toBeLessThan(IN_SYNC_MS);
  },
);
