import '../harness/slow.ts';
import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { manifestName } from '../../src/recording/manifest/manifest.ts';
import { readManifest } from '../../src/recording/manifest/read-manifest.ts';
import { summarize } from '../../src/recording/manifest/summarize.ts';
import { startLiveKit } from '../fixtures/livekit.ts';
import { coloursOf, packetsOf, pitchOf, streamOf } from '../fixtures/recorded.ts';
import { createStage } from '../fixtures/recording.ts';
import { takePorts } from '../harness/ports.ts';
import { createRtcClient } from '../harness/rtc-client/client.ts';
import { VIDEO_CODECS } from '../harness/rtc-client/messages.ts';
import { eventually } from '../harness/within.ts';

const { toEnd, livekitServer, enter, startRecording, recordFor, clear, ROOM } = createStage();
afterEach(clear);

const PITCH_TOLERANCE_HZ = 10;

function mount(...command: readonly string[]): boolean {
  return Bun.spawnSync([...command]).exitCode === 0;
}

/** Small file systems can only be made by root, and not in every container. */
function canMount(): boolean {
  return mount('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt');
}

describe('recording a meeting', () => {
  test('each tone and each picture is in a file of its own, under the name of who sent it', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    const bob = await enter(livekit, 'bob');
    await ada.publishMicrophone(440);
    await ada.publishCamera('red');
    await bob.publishMicrophone(880);
    await bob.publishCamera('green');
    const recording = await startRecording(livekit);
    await recording.stored(4);
    await recordFor(recording, 4);
    const { tracks, people, complete } = await recording.stop();

    expect(complete).toBe(true);
    expect(people.map(({ identity }) => identity).sort()).toEqual(['ada', 'bob']);
    expect(Object.keys(ada.state.others)).toEqual(['bob']);
    expect(tracks).toHaveLength(4);
    for (const [identity, hz, colour] of [
      ['ada', 440, 'red'],
      ['bob', 880, 'green'],
    ] as const) {
      const sound = tracks.find((track) => track.identity === identity && track.source === 'microphone');
      const picture = tracks.find((track) => track.identity === identity && track.source === 'camera');
      const pitch = await pitchOf(recording.path(sound?.file ?? ''), 1, 2);
      expect(Math.abs(pitch - hz)).toBeLessThan(PITCH_TOLERANCE_HZ);
      const colours = await coloursOf(recording.path(picture?.file ?? ''));
      expect(colours.length).toBeGreaterThan(20);
      expect(new Set(colours)).toEqual(new Set([colour]));
      expect(picture).toMatchObject({ codec: 'vp8', width: 320, height: 180, lost: 0 });
    }
  });

  test('it is under way within a second where nothing else slows the machine', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    await ada.publishMicrophone(440);
    const asked = Date.now();
    const recording = await startRecording(livekit);
    await recording.stored(1);
    const first = recording.said.find(({ type }) => type === 'track');
    // a tenth of this is usual; the machine that tests may be busy
    expect((first?.at ?? Infinity) - asked).toBeLessThan(5_000);
  });

  test.each([...VIDEO_CODECS])('%s is stored as it was sent and can be decoded', async (codec) => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    await ada.publishCamera('blue', { codec });
    const recording = await startRecording(livekit);
    await recording.stored(1);
    await recordFor(recording, 3);
    const { tracks } = await recording.stop();
    const [track] = tracks;
    expect(track).toMatchObject({ codec, source: 'camera', width: 320, height: 180 });
    const path = recording.path(track?.file ?? '');
    expect(await streamOf(path)).toMatchObject({ codec, width: 320, height: 180 });
    const colours = await coloursOf(path);
    expect(colours.length).toBeGreaterThan(15);
    expect(new Set(colours)).toEqual(new Set(['blue']));
  });

  test('of a camera that sends several sizes the largest is stored', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    await ada.publishCamera('red', { simulcast: true, width: 1280 });
    const recording = await startRecording(livekit);
    await recording.stored(1);
    await eventually(async () => {
      const lines = await recording.lines();
      return lines.some((line) => (line.type === 'opened' || line.type === 'resized') && line.width === 1280);
    }, 'a picture 1280 wide');
    const { tracks } = await recording.stop();
    expect(new Set(await coloursOf(recording.path(tracks[0]?.file ?? '')))).toEqual(new Set(['red']));
  });

  test('who comes later and who leaves has their time in it, and a mute is a gap of silence', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    await ada.publishMicrophone(440);
    const recording = await startRecording(livekit);
    await recording.stored(1);
    await recordFor(recording, 2);
    await ada.setMuted('microphone', true);
    await recordFor(recording, 1);
    const bob = await enter(livekit, 'bob');
    await bob.publishCamera('green');
    await recording.stored(2);
    await recordFor(recording, 2);
    await ada.setMuted('microphone', false);
    await recordFor(recording, 2);
    await bob.disconnect();
    await recordFor(recording, 2);
    const { tracks, people } = await recording.stop();

    const [sound, picture] = tracks;
    const [mute] = sound?.muted ?? [];
    expect((mute?.to ?? 0) - (mute?.from ?? 0)).toBeGreaterThan(2_500);
    const times = (await packetsOf(recording.path(sound?.file ?? ''))).map(({ seconds }) => seconds);
    const gap = Math.max(...times.map((time, i) => time - (times[i - 1] ?? 0)));
    // livekit sends a second of silence when a track is muted
    expect(Math.abs(gap * 1000 - ((mute?.to ?? 0) - (mute?.from ?? 0)))).toBeLessThan(1_500);

    const stay = people.find(({ identity }) => identity === 'bob');
    expect(stay?.from).toBeGreaterThan(people[0]?.from ?? 0);
    expect(stay?.to).toBeLessThan(people[0]?.to ?? 0);
    expect(picture?.identity).toBe('bob');
    expect(picture?.start ?? 0).toBeGreaterThan(stay?.from ?? 0);
    expect(Math.abs((picture?.end ?? 0) - (stay?.to ?? 0))).toBeLessThan(1_500);
  });
});

describe('what goes wrong', () => {
  test('a recorder that is killed has lost less than a second, and the rest can be played', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    await ada.publishMicrophone(440);
    await ada.publishCamera('red');
    const recording = await startRecording(livekit);
    await recording.stored(2);
    await recordFor(recording, 4);
    const killedAt = Date.now();
    recording.process.kill();
    expect(await recording.process.exited).toMatchObject({ reason: undefined, signal: 'SIGKILL' });

    const { tracks, complete } = await recording.summary();
    expect(complete).toBe(false);
    expect(tracks).toHaveLength(2);
    for (const { file, start, kind } of tracks) {
      const last = (await packetsOf(recording.path(file))).at(-1)?.seconds ?? 0;
      expect(killedAt - (start + last * 1000)).toBeLessThan(1_000);
      if (kind === 'video') expect(new Set(await coloursOf(recording.path(file)))).toEqual(new Set(['red']));
      else
        expect(Math.abs((await pitchOf(recording.path(file), 1, 2)) - 440)).toBeLessThan(PITCH_TOLERANCE_HZ);
    }
  });

  test('it ends in order when the daemon that started it is gone', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    await ada.publishMicrophone(440);
    const recording = await startRecording(livekit);
    await recording.stored(1);
    recording.process.abandon();
    expect(await recording.process.exited).toMatchObject({ reason: 'stopped', code: 0 });
    expect((await recording.summary()).complete).toBe(true);
  });

  test('it goes on in new files after livekit was killed and is back', async () => {
    const ports = await takePorts();
    toEnd.push(() => ports.release());
    const first = await startLiveKit({ ports });
    const ada = await enter(first, 'ada');
    await ada.publishMicrophone(440);
    const recording = await startRecording(first);
    await recording.stored(1);
    await recordFor(recording, 2);
    await first.stop();
    await eventually(
      () => recording.said.some(({ type }) => type === 'reconnecting'),
      'the recorder noticing that livekit is gone',
    );
    await livekitServer({ ports });
    await recording.stored(2);
    await recordFor(recording, 2);
    const { tracks, interruptions } = await recording.stop();
    expect(interruptions).toHaveLength(1);
    expect(tracks.map(({ identity }) => identity)).toEqual(['ada', 'ada']);
    for (const { file } of tracks) {
      expect(Math.abs((await pitchOf(recording.path(file), 0.2, 1)) - 440)).toBeLessThan(PITCH_TOLERANCE_HZ);
    }
  });

  test('it ends by itself when the room is closed, and when nobody is left', async () => {
    const livekit = await livekitServer();
    const ada = await enter(livekit, 'ada');
    await ada.publishMicrophone(440);
    const closed = await startRecording(livekit);
    await closed.stored(1);
    await livekit.service.deleteRoom(ROOM);
    expect((await closed.process.exited).reason).toBe('room_closed');

    const bob = await enter(livekit, 'bob');
    const left = await startRecording(livekit, { endWhenEmptyMs: 200 });
    await eventually(() => left.said.some(({ type }) => type === 'started'), 'the start');
    await bob.disconnect();
    expect((await left.process.exited).reason).toBe('empty');
  });

  test('a room that is encrypted from end to end is refused with the reason', async () => {
    const livekit = await livekitServer();
    const ada = createRtcClient();
    toEnd.push(() => ada.close());
    await ada.connect(livekit.wsUrl, await livekit.token(ROOM, 'ada'), { secret: 'between us' });
    await ada.publishMicrophone(440);
    const recording = await startRecording(livekit);
    expect(await recording.process.exited).toMatchObject({ reason: 'failed', code: 1 });
    expect(recording.said).toContainEqual(expect.objectContaining({ type: 'error', code: 'room_encrypted' }));
  });

  test.skipIf(!canMount())(
    'on a full disk it ends with that cause, and what was stored can be played',
    async () => {
      const livekit = await livekitServer();
      const ada = await enter(livekit, 'ada');
      await ada.publishMicrophone(440);
      const disk = mkdtempSync(`${tmpdir()}/didar-disk-`);
      toEnd.push(() => rmSync(disk, { recursive: true, force: true }));
      mount('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk);
      toEnd.push(() => mount('umount', disk));
      const recording = await startRecording(livekit, { dir: disk });
      expect(await recording.process.exited).toMatchObject({ reason: 'failed', code: 1 });
      expect(recording.said).toContainEqual(expect.objectContaining({ type: 'error', code: 'disk_full' }));
      const { tracks } = summarize(await readManifest(`${disk}/${manifestName(1)}`));
      const pitch = await pitchOf(`${disk}/${tracks[0]?.file}`, 1, 2);
      expect(Math.abs(pitch - 440)).toBeLessThan(PITCH_TOLERANCE_HZ);
    },
  );

  test('a token that livekit does not accept is named, at once', async () => {
    const livekit = await livekitServer();
    const recording = await startRecording(livekit, { token: 'not-a-token' });
    expect((await recording.process.exited).reason).toBe('failed');
    expect(recording.said).toContainEqual(
      expect.objectContaining({ type: 'error', code: 'recorder_refused' }),
    );
  });
});
