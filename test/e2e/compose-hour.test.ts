import '../harness/slow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FPS } from '../../src/recording/compose/command.ts';
import { compose } from '../../src/recording/compose/compose.ts';
import { findFfmpeg } from '../../src/recording/compose/ffmpeg/find.ts';
import { firstFlash, listen } from '../fixtures/recording/look-and-listen.ts';
import { makeRecording } from '../fixtures/recording/made-tracks.ts';

const HOUR_S = 3_600;
/** What people do not notice. */
const IN_SYNC_S = 0.08;
const LIMIT_MS = 240_000;
/** A usual crystal, in its worst case, and one that is as far off the other way. */
const FAST = 1 - 100e-6;
const SLOW = 1 + 100e-6;

describe.skipIf(Bun.which('ffmpeg') === null)('an hour of drifting clocks (ffmpeg)', () => {
  let dir: string;
  let path: string;
  /** Seconds of the meeting. */
  const flashAt = 3_590.4 * SLOW;
  const lateBeepAt = flashAt + 2;

  beforeAll(async () => {
    const flash = "color=c=black:s=64x36:r=10,drawbox=c=white:t=fill:enable='gte(t,3590.35)'";
    // Two microphones: one from the start, with a mute of ten minutes; one that came half an hour late.
    const early = flashAt / FAST;
    const late = (lateBeepAt - 1_800) / FAST;
    const beep = (hertz: number, from: number) =>
      `sine=f=${hertz}:r=48000,volume=2:enable='gte(t,${from})',volume=0:enable='lt(t,${from})'`;
    const gap = ['-af', "aselect='not(between(t,600,1200))'"];
    dir = await makeRecording({
      people: [],
      tracks: [
        { identity: 'u_ada', source: 'camera', at: 0, seconds: HOUR_S, lavfi: flash, rate: SLOW },
        {
          identity: 'u_ada',
          source: 'microphone',
          at: 0,
          seconds: HOUR_S - 2,
          lavfi: beep(1_000, early),
          codec: 'flac',
          rate: FAST,
          args: gap,
          muted: [{ from: 600 * FAST, to: 1_200 * FAST }],
        },
        {
          identity: 'u_bob',
          source: 'microphone',
          at: 1_800,
          seconds: HOUR_S - 1_801,
          lavfi: beep(2_000, late),
          codec: 'flac',
          rate: FAST,
        },
      ],
    });
    const made = await compose({
      ffmpeg: await findFfmpeg(process.env),
      dir,
      layout: 'grid',
      width: 160,
      height: 90,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    path = join(dir, made.file);
  }, LIMIT_MS);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test(
    'a flash and a beep at its end are together, after a mute, and from who came late',
    async () => {
      const seen = (await firstFlash(path, FPS)) ?? Number.NaN;
      const heard = await listen(path);
      const beep = heard.onset(1_000, 3_580) ?? Number.NaN;
      const lateBeep = heard.onset(2_000, 3_580) ?? Number.NaN;
      expect(Math.abs(seen - beep)).toBeLessThan(IN_SYNC_S);
      expect(Math.abs(lateBeep - seen - (lateBeepAt - flashAt))).toBeLessThan(IN_SYNC_S);
      expect(Math.abs(seen - flashAt)).toBeLessThan(IN_SYNC_S);
    },
    LIMIT_MS,
  );
});
