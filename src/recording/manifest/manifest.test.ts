import { describe, expect, test } from 'bun:test';
import type { ManifestLine } from './manifest.ts';
import { parseManifest } from './read-manifest.ts';
import { summarize } from './summarize.ts';

const header: ManifestLine = {
  type: 'header',
  version: 1,
  recordingId: 'rec_1',
  room: 'standup',
  part: 1,
  at: 1000,
};
const opened = (track: string, at: number, more: object = {}): ManifestLine => ({
  type: 'opened',
  at,
  track,
  sid: `TR_${track}`,
  identity: 'u_ada',
  source: 'microphone',
  kind: 'audio',
  codec: 'opus',
  file: `${track}.mkv`,
  ...more,
});
const closed = (track: string, at: number, media: number): ManifestLine => ({
  type: 'closed',
  at,
  track,
  media,
  frames: media / 20,
  bytes: media,
  lost: 0,
});

function read(...lines: readonly ManifestLine[]) {
  return parseManifest(
    [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''),
    'part-1.jsonl',
  );
}

describe('a manifest', () => {
  test('of a recorder that was killed in the middle of a line is read up to that line', () => {
    const whole = [header, opened('a', 1100)].map((line) => JSON.stringify(line)).join('\n');
    const { header: read, lines } = parseManifest(`${whole}\n{"type":"clos`, 'part-1.jsonl');
    expect(read.room).toBe('standup');
    expect(lines.map(({ type }) => type)).toEqual(['opened']);
  });

  test('without a header, or of a later version, is refused by name', () => {
    expect(() => parseManifest('{"type":"joi', 'part-1.jsonl')).toThrow('part-1.jsonl');
    const newer = JSON.stringify({ ...header, version: 2 });
    expect(() => parseManifest(newer, 'part-1.jsonl')).toThrow('newer didar');
  });

  test('says who was there when, also who never left', () => {
    const { people } = summarize(
      read(
        { type: 'joined', at: 1100, identity: 'u_ada', name: 'Ada' },
        { type: 'joined', at: 1200, identity: 'u_bob', name: 'Bob' },
        { type: 'left', at: 1500, identity: 'u_ada' },
        { type: 'joined', at: 1800, identity: 'u_ada', name: 'Ada' },
        { type: 'end', at: 2000, reason: 'stopped' },
      ),
    );
    expect(people).toEqual([
      { identity: 'u_ada', name: 'Ada', from: 1100, to: 1500 },
      { identity: 'u_bob', name: 'Bob', from: 1200, to: 2000 },
      { identity: 'u_ada', name: 'Ada', from: 1800, to: 2000 },
    ]);
  });

  test('says when a track was muted, and when the connection was lost', () => {
    const { tracks, interruptions } = summarize(
      read(
        opened('a', 1100),
        { type: 'muted', at: 1300, sid: 'TR_a' },
        { type: 'unmuted', at: 1400, sid: 'TR_a' },
        { type: 'muted', at: 1600, sid: 'TR_a' },
        closed('a', 1900, 800),
        { type: 'reconnecting', at: 1900 },
        { type: 'reconnected', at: 1950 },
      ),
    );
    expect(tracks[0]?.muted).toEqual([
      { from: 1300, to: 1400 },
      { from: 1600, to: 1900 },
    ]);
    expect(interruptions).toEqual([{ from: 1900, to: 1950 }]);
  });
});

describe('tracks in time', () => {
  test('are lined up by their sender reports, whatever the arrival of their first frame', () => {
    const sync = (track: string, ntp: number, media: number): ManifestLine => ({
      type: 'sync',
      at: ntp + 5,
      track,
      ntp,
      media,
    });
    const { tracks } = summarize(
      read(
        opened('sound', 1000),
        opened('picture', 1400),
        sync('sound', 6000, 5100),
        sync('picture', 6000, 5050),
        sync('picture', 9000, 7900), // one report that is off
        sync('picture', 11000, 10050),
        closed('sound', 12000, 11_000),
        closed('picture', 12000, 11_000),
      ),
    );
    const [sound, picture] = tracks;
    expect((picture?.start ?? 0) - (sound?.start ?? 0)).toBe(50);
    expect((sound?.end ?? 0) - (sound?.start ?? 0)).toBe(11_000);
  });

  test('by a livekit whose clock is an hour off still come out by our clock', () => {
    const hour = 3_600_000;
    const { tracks } = summarize(
      read(opened('a', 1100), { type: 'sync', at: 6100, track: 'a', ntp: 6100 + hour, media: 5000 }),
    );
    expect(tracks[0]?.start).toBe(1100);
  });

  test('keep their place to the end of an hour although a sound card drifts', () => {
    const truth = 1 + 80e-6;
    const reports = Array.from({ length: 720 }, (_, i): ManifestLine => {
      const media = i * 5000;
      const ntp = 1000 + media * truth + (i % 3) * 4;
      return { type: 'sync', at: ntp, track: 'a', ntp, media };
    });
    const [track] = summarize(read(opened('a', 1000), ...reports, closed('a', 3_600_000, 3_600_000))).tracks;
    expect(Math.abs((track?.end ?? 0) - (1000 + 3_600_000 * truth))).toBeLessThan(10);
  });

  test('that were not closed end where they were last stored, or where their file does', () => {
    const killed = read(opened('a', 1000), { type: 'stored', at: 5000, media: { a: 4000 } });
    expect(summarize(killed).tracks[0]).toMatchObject({ start: 1000, end: 5000 });
    expect(summarize(killed).complete).toBe(false);
    expect(summarize(killed, new Map([['a.mkv', 4400]])).tracks[0]?.end).toBe(5400);
  });
});
