import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { eventually } from '../../../test/harness/within.ts';
import { assembleConfig } from '../../config/assemble.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents } from '../events/service.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Cause } from './active-recording.ts';
import type { RecordingBackend } from './backends/backend.ts';
import { createRecordings } from './recordings.ts';
import { createRemoval } from './removal.ts';
import { createRecordingRepo, type FileRow, type RecordingRow } from './repo.ts';
import { createRetention } from './retention.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROOM = { id: 'r_1', name: 'standup', departureTimeout: 20 };

let dir: string;
let clock: ManualClock;
let db: Database;
/** What was queued. */
let queued: { kind: string; payload: unknown }[];

beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/didar-recordings-`);
  clock = manualClock();
  db = openDatabase(':memory:', { log: silentLogger });
  db.sqlite.run('PRAGMA foreign_keys = OFF'); // the rooms' rows are not what this is about
  queued = [];
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

/** As a process builds it; the next one has the same database. */
function build() {
  const stops: (Cause | undefined)[] = [];
  const take: RecordingBackend['begin'] = ({ onChange, onOver }) => {
    onChange({ state: 'recording' });
    return {
      begun: Promise.resolve(),
      async stop(cause) {
        stops.push(cause);
        onOver({ cause });
      },
      leave: () => Promise.resolve(),
    };
  };
  const backend = { fillsDisk: true, check: () => Promise.resolve(), begin: take, resume: take };
  const repo = createRecordingRepo(db);
  const jobs = { add: (kind: string, payload: unknown) => void queued.push({ kind, payload }) };
  const config = { ...assembleConfig(new Map(), dir).recording, dir, maxDuration: 12 * HOUR_MS };
  const recordings = createRecordings({
    repo,
    events: createEvents({ repo: createEventRepo(db), clock }),
    jobs: jobs as never,
    live: { counts: () => ({ participants: 2 }), room: () => undefined } as unknown as LiveState,
    clock,
    log: silentLogger,
    config,
    disk: { look: async () => ({ state: 'ok', free: 1e12 }), watch: () => () => undefined },
    backends: { builtin: backend, egress: backend },
    visible: () => ({ row: ROOM, facts: {} }),
    byName: () => ROOM,
    assertMedia: () => undefined,
    removeObjects: createRemoval({
      jobs: jobs as never,
      bucket: { s3: {} as never, keyOf: (id, file) => `${id}/${file}` },
      settled: () => Promise.resolve(),
    }).begin,
    announce: () => undefined,
  });
  return { recordings, repo, stops };
}

describe('the longest time of a recording', () => {
  test('ends it in order, with that as its cause, and what there is is composed', async () => {
    const { recordings, repo, stops } = build();
    const { id } = await recordings.start({ kind: 'local' }, 'standup');
    clock.advance(12 * HOUR_MS - 1);
    expect(stops).toEqual([]);
    clock.advance(1);
    expect(stops).toMatchObject([{ code: 'recording_too_long' }]);
    expect(repo.get(id)).toMatchObject({ state: 'composing', cause: { code: 'recording_too_long' } });
    expect(queued).toMatchObject([{ kind: 'process_recording', payload: { recordingId: id } }]);
  });

  test('counts from its start, whatever became of the server meanwhile', async () => {
    await build().recordings.start({ kind: 'local' }, 'standup');
    db.sqlite.run(`UPDATE recordings SET created_at = ${clock.now() - 11 * HOUR_MS}`);
    const next = build();
    next.recordings.recover();
    clock.advance(HOUR_MS);
    expect(next.stops).toMatchObject([{ code: 'recording_too_long' }]);
  });
});

describe('retention', () => {
  const ago = (days: number) => clock.now() - days * DAY_MS;

  function has(id: string, row: Partial<RecordingRow>, upload: FileRow['upload'] = null): void {
    const { repo, recordings } = build();
    mkdirSync(recordings.directoryOf(id));
    repo.insert({
      id,
      roomId: ROOM.id,
      roomName: ROOM.name,
      sessionSid: null,
      backend: 'builtin',
      state: 'done',
      cause: null,
      options: { layout: 'grid', width: 1280, height: 720, keepTracks: false },
      startedBy: 'local',
      stoppedBy: null,
      createdAt: ago(100),
      startedAt: null,
      stoppedAt: null,
      finishedAt: null,
      duration: 0,
      bytes: 0,
      parts: 1,
      progress: null,
      ...row,
    });
    repo.putFile({
      id: `f_${id}`,
      recordingId: id,
      kind: 'video',
      name: 'meeting.mp4',
      contentType: 'video/mp4',
      bytes: 1,
      sha256: null,
      storage: 'local',
      location: 'meeting.mp4',
      upload,
      createdAt: ago(100),
    });
  }

  test('deletes what is finished, or waits for its bucket, for longer; never what is still being made', async () => {
    has('rec_done', { finishedAt: ago(31) });
    has('rec_new', { finishedAt: ago(29) });
    has('rec_stuck', { state: 'uploading', stoppedAt: ago(31) }, { key: 'k', id: 'u', partBytes: 5 });
    has('rec_waits', { state: 'uploading', stoppedAt: ago(29) });
    has('rec_running', { state: 'recording' });
    has('rec_composing', { state: 'composing', stoppedAt: ago(31) });
    const { recordings, repo } = build();
    const stop = createRetention({ repo, recordings, clock, log: silentLogger, keep: 30 * DAY_MS })();
    const left = () => repo.list({}, undefined, 10).map(({ id }) => id);
    await eventually(() => left().length === 4, 'two to be gone');
    stop();
    expect(left()).toEqual(['rec_waits', 'rec_running', 'rec_new', 'rec_composing']);
    expect(existsSync(recordings.directoryOf('rec_stuck'))).toBe(false);
    expect(existsSync(recordings.directoryOf('rec_running'))).toBe(true);
    // What the bucket has of it goes too: the upload that was begun, and whatever came of it.
    expect(queued).toEqual([
      {
        kind: 'delete_recording',
        payload: {
          recordingId: 'rec_stuck',
          keys: ['rec_stuck/meeting.mp4'],
          uploads: [{ key: 'k', id: 'u' }],
        },
      },
    ]);
  });
});
