import '../harness/slow.ts';
import { afterEach, describe, expect, test } from 'bun:test';
import { coloursOf, packetsOf, pitchOf } from '../fixtures/recorded.ts';
import { createStage } from '../fixtures/recording.ts';
import { createLossyHost } from './lossy-host.ts';
import { labMissing } from './network.ts';

const { toEnd, livekitServer, enter, startRecording, recordFor, clear } = createStage();
afterEach(clear);

const missing = labMissing();
const PITCH_TOLERANCE_HZ = 10;

/** Someone with a microphone and a camera, and a recorder on a host that loses one packet of so many. */
async function recordFrom(oneOf: number) {
  const host = createLossyHost(oneOf);
  toEnd.push(() => host.close());
  const livekit = await livekitServer({
    config: { bind_addresses: ['0.0.0.0'] },
    rtc: { node_ip: host.gateway, interfaces: { includes: [host.device, 'lo'] } },
  });
  const ada = await enter(livekit, 'ada');
  await ada.publishMicrophone(440);
  await ada.publishCamera('red', { width: 640, fps: 15 });
  const url = `ws://${host.gateway}:${livekit.ports.livekit}`;
  return { host, recording: await startRecording(livekit, { url }, host.prefix) };
}

describe.skipIf(missing !== undefined)(`recording over a bad network (${missing ?? 'a namespace'})`, () => {
  test('one packet of ten is lost on the way, and what is stored is whole all the same', async () => {
    const { host, recording } = await recordFrom(10);
    await recording.stored(2);
    await recordFor(recording, 10);
    const { tracks } = await recording.stop();
    expect(host.dropped()).toBeGreaterThan(50);

    const sound = tracks.find(({ kind }) => kind === 'audio');
    const path = recording.path(sound?.file ?? '');
    const times = (await packetsOf(path)).map(({ seconds }) => seconds);
    const length = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(times.length * 0.02).toBeGreaterThan(length * 0.98);
    expect(Math.abs((await pitchOf(path, 1, 5)) - 440)).toBeLessThan(PITCH_TOLERANCE_HZ);

    const picture = tracks.find(({ kind }) => kind === 'video');
    const colours = await coloursOf(recording.path(picture?.file ?? ''));
    expect(colours.length).toBeGreaterThan(100);
    expect(new Set(colours)).toEqual(new Set(['red']));
  });

  test('no packet of UDP comes through, and it is recorded over TCP', async () => {
    const { host, recording } = await recordFrom(1);
    await recording.stored(2);
    await recordFor(recording, 2);
    const { tracks } = await recording.stop();
    expect(host.dropped()).toBeGreaterThan(0);
    expect(tracks.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);
    const picture = tracks.find(({ kind }) => kind === 'video');
    expect(new Set(await coloursOf(recording.path(picture?.file ?? '')))).toEqual(new Set(['red']));
  });
});
