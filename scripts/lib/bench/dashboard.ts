import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeServer, startFakeServer } from '../../../test/tui/fake-server.ts';
import { fakeParticipant, fakeRoom, fakeTrack } from '../../../test/tui/fake-world.ts';
import { openDashboard, type WatchedDashboard } from './dashboard-terminal.ts';
import { median, quantile, type Row } from './row.ts';

const ROOMS = 500;
const PEOPLE = 5000;
const CHANGES_A_SECOND = 50;
/** So many keys, at a pace that no frame rate divides evenly. */
const KEYS = 100;
const KEY_PAUSE_MS = 37;
const SETTLE_MS = 3000;
const SIZE = { columns: 120, rows: 40 };

const pad = (n: number, digits: number) => String(n).padStart(digits, '0');
const PERSONS = Array.from({ length: PEOPLE }, (_, i) =>
  fakeParticipant(`room-${pad(i % ROOMS, 3)}`, `Person ${pad(i, 4)}`),
);

/** What the dashboard costs before a large, busy server: a made-up one that does nothing else. */
export async function benchDashboard(rounds: { starts: number; seconds: number }): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'didar-bench-dashboard-'));
  const socket = join(directory, 'didar.sock');
  const server = startFakeServer({
    socket,
    rooms: Array.from({ length: ROOMS }, (_, i) => fakeRoom(`room-${pad(i, 3)}`)),
    participants: PERSONS,
  });
  try {
    const starts = await measureStarts(socket, directory, rounds.starts);
    const dashboard = openDashboard({ socket, home: directory, ...SIZE });
    try {
      return [...starts, ...(await measureCosts(dashboard, server, rounds.seconds))];
    } finally {
      await dashboard.leave();
    }
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureStarts(socket: string, home: string, times: number): Promise<Row[]> {
  const first: number[] = [];
  const filled: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    const dashboard = openDashboard({ socket, home, ...SIZE });
    await dashboard.shows('didar');
    first.push(performance.now() - started);
    await dashboard.shows('room-001');
    filled.push(performance.now() - started);
    await dashboard.leave();
  }
  const note = `median of ${times}; with ${ROOMS} rooms and ${PEOPLE} people on it ${median(filled).toFixed(0)} ms`;
  return [{ what: 'dashboard, first frame', unit: 'ms', ours: median(first), goal: { atMost: 400 }, note }];
}

async function measureCosts(
  dashboard: WatchedDashboard,
  server: FakeServer,
  seconds: number,
): Promise<Row[]> {
  await dashboard.shows('room-001');
  await Bun.sleep(SETTLE_MS);
  const idle = await dashboard.cost(seconds);
  const changing = setInterval(nextChange(server), 1000 / CHANGES_A_SECOND);
  try {
    const rooms = await dashboard.cost(seconds);
    const roomKeys = await dashboard.keys('j', KEYS, KEY_PAUSE_MS);
    dashboard.press('2');
    await dashboard.shows('Person 0001');
    const people = await dashboard.cost(seconds);
    const peopleKeys = await dashboard.keys('j', KEYS, KEY_PAUSE_MS);
    dashboard.press('5');
    await dashboard.shows('HAPPENED');
    const events = await dashboard.cost(seconds);
    const flowing = [rooms, people, events];
    const each = (of: (cost: typeof idle) => number) =>
      `rooms ${of(rooms).toFixed(1)}, participants ${of(people).toFixed(1)}, events ${of(events).toFixed(1)}`;
    const keys = [...roomKeys, ...peopleKeys];
    const busy = `${CHANGES_A_SECOND} changes a second`;
    return [
      { what: 'dashboard, idle', unit: '%', ours: idle.cpu, goal: { atMost: 0.5 }, note: 'of one core' },
      { what: 'dashboard, idle', unit: 'B/s', ours: idle.bytes, goal: { atMost: 0 } },
      {
        what: `dashboard, ${busy}`,
        unit: '%',
        ours: Math.max(...flowing.map(({ cpu }) => cpu)),
        goal: { atMost: 15 },
        note: `of one core, ${ROOMS} rooms, ${PEOPLE} people; ${each(({ cpu }) => cpu)}`,
      },
      {
        what: `dashboard, ${busy}`,
        unit: 'B/s',
        ours: Math.max(...flowing.map(({ bytes }) => bytes)),
        goal: { atMost: 8000 },
        note: `at ${SIZE.columns}x${SIZE.rows}; ${each(({ bytes }) => bytes)}`,
      },
      {
        what: 'dashboard, memory',
        unit: 'MB',
        ours: Math.max(...flowing.map(({ memory }) => memory)),
        goal: { atMost: 180 },
      },
      {
        what: 'dashboard, key to frame, p95',
        unit: 'ms',
        ours: quantile(keys, 0.95),
        goal: { atMost: 50 },
        note: `${keys.length} keys with ${busy}; p50 ${median(keys).toFixed(1)} ms`,
      },
    ];
  } finally {
    clearInterval(changing);
  }
}

/** One after the other: microphones go off and on, and one person in five leaves or is back. */
function nextChange(server: FakeServer): () => void {
  let serial = 0;
  const away = new Set<number>();
  return () => {
    const i = (serial * 37) % PEOPLE;
    serial += 1;
    const person = PERSONS[i];
    if (person === undefined) return;
    if (serial % 5 !== 0) {
      server.put({ ...person, tracks: [fakeTrack('microphone', serial % 2 === 0), fakeTrack('camera')] });
      away.delete(i);
    } else if (away.delete(i)) {
      server.put(person, 'participant.joined');
    } else {
      away.add(i);
      server.remove(person);
    }
  };
}
