import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FPS } from '../../src/recording/compose/command.ts';
import { type Composed, type ComposeOptions, compose } from '../../src/recording/compose/compose.ts';
import { type Ffmpeg, findFfmpeg } from '../../src/recording/compose/ffmpeg/find.ts';
import { contentsOf } from '../../src/recording/compose/ffmpeg/probe.ts';
import { firstFlash, lightest, listen, look } from '../fixtures/recording/look-and-listen.ts';
import { type MadePart, type MadeTrack, makeRecording } from '../fixtures/recording/made-tracks.ts';
import { eventually } from '../harness/within.ts';

const COMPOSER = join(import.meta.dir, '../fixtures/recording/composer.ts');
const LIMIT_MS = 120_000;
const installed = Bun.which('ffmpeg') !== null;
const dirs: string[] = [];
let ffmpeg: Ffmpeg;

beforeAll(async () => {
  if (installed) ffmpeg = await findFfmpeg(process.env);
});
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
});

async function recorded(...parts: readonly MadePart[]): Promise<string> {
  const dir = await makeRecording(...parts);
  dirs.push(dir);
  return dir;
}

async function composed(
  dir: string,
  how: Partial<ComposeOptions> = {},
): Promise<Composed & { path: string }> {
  const made = await compose({
    ffmpeg,
    dir,
    layout: 'grid',
    width: 640,
    height: 360,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...how,
  });
  return { ...made, path: join(dir, made.file) };
}

const tone = (
  identity: string,
  hertz: number,
  at: number,
  seconds: number,
  more: Partial<MadeTrack> = {},
): MadeTrack => ({
  identity,
  source: 'microphone',
  at,
  seconds,
  // A quarter of full, so that some together don't reach the limiter.
  lavfi: `sine=f=${hertz}:r=48000,volume=2`,
  ...more,
});
const colour = (
  identity: string,
  name: string,
  at: number,
  seconds: number,
  more: Partial<MadeTrack> = {},
): MadeTrack => ({
  identity,
  source: 'camera',
  at,
  seconds,
  lavfi: `color=c=${name}:s=320x180:r=15`,
  ...more,
});
const person = (identity: string, name: string, from: number, to: number) => ({ identity, name, from, to });

describe.skipIf(!installed)('a composed recording', () => {
  test(
    'shows and plays each person where and when they were there',
    async () => {
      const dir = await recorded({
        people: [person('u_ada', 'Ada', 0, 10), person('u_bob', 'Bob', 3, 7)],
        tracks: [
          colour('u_ada', 'red', 0, 10),
          tone('u_ada', 440, 0, 10),
          colour('u_bob', 'blue', 3, 4, { codec: 'h264' }),
          tone('u_bob', 1000, 3, 4),
        ],
      });
      const seen: number[] = [];
      const { path, ...made } = await composed(dir, { onProgress: (fraction) => seen.push(fraction) });

      expect(made).toMatchObject({ kind: 'video', file: 'recording.mp4', contentType: 'video/mp4' });
      expect(await contentsOf(ffmpeg, path, new AbortController().signal)).toMatchObject({
        audio: true,
        video: { width: 640, height: 360 },
      });
      expect(made.duration).toBeWithin(9_800, 10_200);
      expect(seen.at(-1)).toBeGreaterThan(0.9);
      expect((await readdir(dir)).filter((name) => name.startsWith('.'))).toEqual([]);

      const alone = await look(path, 1.5);
      expect([alone(0.1, 0.2), alone(0.9, 0.2)]).toEqual(['red', 'red']);
      const both = await look(path, 5);
      expect([both(0.25, 0.5), both(0.75, 0.5)]).toEqual(['red', 'blue']);
      const after = await look(path, 8.5);
      expect([after(0.1, 0.2), after(0.9, 0.2)]).toEqual(['red', 'red']);

      const heard = await listen(path);
      expect([1.5, 5, 8.5].map((at) => heard.tone(440, at) > 0.05)).toEqual([true, true, true]);
      expect([1.5, 5, 8.5].map((at) => heard.tone(1000, at) > 0.05)).toEqual([false, true, false]);
      expect(heard.onset(1000)).toBeWithin(2.95, 3.05);
    },
    LIMIT_MS,
  );

  test(
    'has picture and sound together within 80 ms, although the two began at different times',
    async () => {
      const flash = "color=c=black:s=320x180:r=15,drawbox=c=white:t=fill:enable='between(t,2.7,3.2)'";
      const beep =
        "sine=f=1000:r=48000,volume=2:enable='between(t,4,4.5)',volume=0:enable='not(between(t,4,4.5))'";
      const dir = await recorded({
        people: [],
        tracks: [
          { identity: 'u_ada', source: 'microphone', at: 0, seconds: 6, lavfi: beep },
          { identity: 'u_ada', source: 'camera', at: 1.3, seconds: 4.7, lavfi: flash },
        ],
      });
      const { path } = await composed(dir);
      const seen = (await firstFlash(path, FPS)) ?? Number.NaN;
      const heard = (await listen(path)).onset(1000) ?? Number.NaN;
      expect(Math.abs(seen - 4)).toBeLessThan(0.08);
      expect(Math.abs(seen - heard)).toBeLessThan(0.08);
    },
    LIMIT_MS,
  );

  test(
    'keeps its sound in time to the end although a sound card runs wrong',
    async () => {
      const seconds = 600;
      const rate = 1 + 400e-6;
      const beep = "sine=f=1000:r=48000,volume=2:enable='gte(t,590)',volume=0:enable='lt(t,590)'";
      const dir = await recorded({
        people: [],
        tracks: [
          { identity: 'u_ada', source: 'microphone', at: 0, seconds, lavfi: beep, codec: 'flac', rate },
        ],
      });
      const { path } = await composed(dir, { layout: 'audio' });
      const heard = (await listen(path)).onset(1000, 580) ?? Number.NaN;
      expect(Math.abs(heard - 590 * rate)).toBeLessThan(0.04);
    },
    LIMIT_MS,
  );

  test(
    'puts a shared screen large with the faces beside it, and back',
    async () => {
      const dir = await recorded({
        people: [person('u_ada', 'Ada', 0, 9), person('u_bob', 'Bob', 0, 9)],
        tracks: [
          colour('u_ada', 'red', 0, 9),
          colour('u_bob', 'blue', 0, 9),
          colour('u_ada', 'lime', 3, 3, { source: 'screen_share', lavfi: 'color=c=lime:s=640x360:r=5' }),
        ],
      });
      const { path } = await composed(dir);
      const sharing = await look(path, 4.5);
      expect([sharing(0.1, 0.5), sharing(0.7, 0.5)]).toEqual(['green', 'green']);
      expect([sharing(0.9, 0.4), sharing(0.9, 0.55)]).toEqual(['red', 'blue']);
      const after = await look(path, 7.5);
      expect([after(0.25, 0.5), after(0.75, 0.5)]).toEqual(['red', 'blue']);
    },
    LIMIT_MS,
  );

  test(
    'shows who speaks large where that is asked',
    async () => {
      const people = [person('u_ada', 'Ada', 0, 12), person('u_bob', 'Bob', 0, 12)];
      const dir = await recorded({
        people,
        tracks: [
          colour('u_ada', 'red', 0, 12),
          colour('u_bob', 'blue', 0, 12),
          tone('u_ada', 440, 0, 6),
          tone('u_bob', 1000, 6, 6),
        ],
      });
      const { path } = await composed(dir, { layout: 'speaker' });
      const [ada, bob] = await Promise.all([3, 9].map((at) => look(path, at)));
      expect([ada?.(0.4, 0.5), ada?.(0.9, 0.5)]).toEqual(['red', 'blue']);
      expect([bob?.(0.4, 0.5), bob?.(0.9, 0.5)]).toEqual(['blue', 'red']);
    },
    LIMIT_MS,
  );

  test(
    'has silence and no picture while one was muted, and both in their place again afterwards',
    async () => {
      // Sixteen seconds without a packet: longer than what is filled by the resampler.
      const gap = ['-vf', "select='not(between(t,4,20))'", '-fps_mode', 'passthrough'];
      const quiet = ['-af', "aselect='not(between(t,4,20))'"];
      const muted = [{ from: 4, to: 20 }];
      const dir = await recorded({
        people: [person('u_ada', 'Ada', 0, 24), person('u_bob', 'Bob', 0, 24)],
        tracks: [
          colour('u_ada', 'red', 0, 24, { args: gap, muted }),
          tone('u_ada', 440, 0, 24, { args: quiet, muted }),
          colour('u_bob', 'blue', 0, 24),
          tone('u_bob', 1000, 0, 24),
        ],
      });
      const { path } = await composed(dir);
      const heard = await listen(path);
      expect([2, 12, 22].map((at) => heard.tone(440, at) > 0.05)).toEqual([true, false, true]);
      expect(heard.onset(440, 5)).toBeWithin(19.92, 20.08);
      expect(heard.tone(1000, 12)).toBeGreaterThan(0.05);
      const [before, during, after] = await Promise.all([2, 12, 22].map((at) => look(path, at)));
      expect(before?.(0.25, 0.5)).toBe('red');
      expect(during?.(0.1, 0.5)).not.toBe('red');
      expect(during?.(0.75, 0.5)).toBe('blue');
      expect(after?.(0.25, 0.5)).toBe('red');
    },
    LIMIT_MS,
  );

  test(
    'continues after a crash without the time in between, from files that nobody closed',
    async () => {
      const dir = await recorded(
        {
          part: 1,
          people: [person('u_ada', 'Ada', 0, 3)],
          tracks: [
            colour('u_ada', 'red', 0, 3, { unclosed: true }),
            tone('u_ada', 440, 0, 3, { unclosed: true }),
          ],
        },
        {
          part: 2,
          people: [person('u_ada', 'Ada', 60, 63)],
          tracks: [colour('u_ada', 'blue', 60, 3), tone('u_ada', 1000, 60, 3)],
        },
      );
      const { path, duration } = await composed(dir);
      expect(duration).toBeWithin(5_800, 6_200);
      const [first, second] = await Promise.all([1.5, 4.5].map((at) => look(path, at)));
      expect([first?.(0.5, 0.5), second?.(0.5, 0.5)]).toEqual(['red', 'blue']);
      expect((await listen(path)).onset(1000)).toBeWithin(2.9, 3.1);
    },
    LIMIT_MS,
  );

  test(
    'of sound alone where that is asked, also when cameras were on',
    async () => {
      const dir = await recorded({
        people: [person('u_ada', 'Ada', 0, 2)],
        tracks: [colour('u_ada', 'red', 0, 2), tone('u_ada', 440, 0, 2)],
      });
      const { path, ...made } = await composed(dir, { layout: 'audio' });
      expect(made).toMatchObject({ kind: 'audio', file: 'recording.m4a', contentType: 'audio/mp4' });
      expect(await contentsOf(ffmpeg, path, new AbortController().signal)).toEqual({
        audio: true,
        duration: expect.any(Number),
      });
    },
    LIMIT_MS,
  );

  test(
    'draws names of any script, and takes none for a command',
    async () => {
      const names = ["O'Brien {\\b1}100%: \\N;[x],", 'دیدار کنندگان', '山田 太郎 🙂', 'Ada'];
      const dir = await recorded({
        people: names.map((name, i) => person(`u_${i}`, name, 0, 2)),
        tracks: [tone('u_0', 440, 0, 2)],
      });
      const { path } = await composed(dir);
      // Cards are dark; the name is white on them.
      const cards = [0, 180].flatMap((y) => [0, 320].map((x) => ({ x: x + 60, y: y + 60, w: 200, h: 60 })));
      for (const card of cards) expect(await lightest(path, 1, card)).toBeGreaterThan(180);
    },
    LIMIT_MS,
  );
});

/** Processes whose working directory is in the recording's. */
async function workingIn(dir: string): Promise<string[]> {
  const places = (await readdir('/proc'))
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => ''));
  return (await Promise.all(places)).filter((place) => place.startsWith(dir));
}

describe.skipIf(!installed)('composing', () => {
  test(
    'that is cancelled ends at once, leaves the tracks and nothing else',
    async () => {
      const dir = await recorded({
        people: [],
        tracks: [tone('u_ada', 440, 0, 1_200, { codec: 'flac' })],
      });
      const before = (await readdir(dir)).sort();
      const aborter = new AbortController();
      const made = composed(dir, {
        signal: aborter.signal,
        onProgress: (fraction) => fraction > 0 && aborter.abort(new Error('cancelled')),
      });
      await expect(made).rejects.toThrow('cancelled');
      expect((await readdir(dir)).sort()).toEqual(before);
    },
    LIMIT_MS,
  );

  test(
    'that is killed with the whole server leaves no ffmpeg behind, and goes well the next time',
    async () => {
      const dir = await recorded({
        people: [],
        tracks: [tone('u_ada', 440, 0, 240, { codec: 'flac' })],
      });
      const server = Bun.spawn([process.execPath, COMPOSER, dir], { stdout: 'pipe', stderr: 'inherit' });
      await server.stdout.getReader().read();
      expect((await workingIn(dir)).length).toBeGreaterThan(0);
      server.kill('SIGKILL');
      await server.exited;
      await eventually(async () => (await workingIn(dir)).length === 0, 'ffmpeg has ended');
      expect((await composed(dir, { layout: 'audio' })).duration).toBeWithin(239_500, 240_500);
    },
    LIMIT_MS,
  );

  test(
    'of a recording in which nobody published anything is refused by that name',
    async () => {
      const dir = await recorded({ people: [person('u_ada', 'Ada', 0, 5)], tracks: [] });
      await expect(composed(dir)).rejects.toMatchObject({ code: 'recording_empty' });
    },
    LIMIT_MS,
  );
});
