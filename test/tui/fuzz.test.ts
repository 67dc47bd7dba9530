import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/within.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import { fakeParticipant, fakeRoom } from './fake-world.ts';

/** For how long at least: DIDAR_FUZZ_SECONDS=60 is what a release is tried with. */
const SECONDS = Number(process.env.DIDAR_FUZZ_SECONDS ?? 0);
setDefaultTimeout(120_000 + SECONDS * 1000);

const BURSTS = 2_000;
const SEED = 20_261_127;
/** Every key that means something, and much that doesn't: broken sequences, pastes, letters of other scripts. */
const KEYS = [
  ...'PEwWIZC*jkgG/:s?nicpmuMKBXRrfletULDTAad1234567890bvxSeyhq \r\r\t',
  ...[
    '\u001b',
    '\u001b[A',
    '\u001b[B',
    '\u001b[C',
    '\u001b[D',
    '\u001b[5~',
    '\u001b[6~',
    '\u001b[Z',
    '\u001b[3~',
  ],
  ...[
    '\u001b[200~paste K y\u001b[201~',
    '\u001b[200~',
    '\u001b[1;5C',
    '\u001bj',
    '\u001b[99;99R',
    '\u001b]11;rgb:0/0/0\u0007',
  ],
  ...['\u0000', '\u0015', '\u0017', '\u007f', 'سلام', '👩‍💻', '田中', 'abc'],
];

const directory = mkdtempSync(join(tmpdir(), 'didar-fuzz-'));
let server: FakeServer | undefined;
afterEach(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('whatever is typed, in windows of any size, with people coming and going: no crash, and the terminal is handed back', async () => {
  const socket = join(directory, 'didar.sock');
  const people = Array.from({ length: 200 }, (_, i) => fakeParticipant(`room-${i % 20}`, `Person ${i}`));
  const fake = startFakeServer({
    socket,
    rooms: Array.from({ length: 20 }, (_, i) => fakeRoom(`room-${i}`)),
    participants: people,
  });
  server = fake;
  let seed = SEED;
  const random = (n: number) => {
    seed = (seed * 16807) % 2147483647;
    return seed % n;
  };
  let dashboard = openDashboard(socket);
  await dashboard.shown;
  const started = performance.now();
  for (let i = 0; i < BURSTS || performance.now() - started < SECONDS * 1000; i += 1) {
    if (dashboard.child.exitCode !== null) {
      // One of the keys quits.
      expect(dashboard.child.exitCode).toBe(0);
      // Its last words may come a moment after its end is known.
      await eventually(() => HANDED_BACK.test(dashboard.output()), 'the terminal handed back');
      dashboard = openDashboard(socket);
      await dashboard.shown;
    }
    const keys = Array.from({ length: 1 + random(6) }, () => KEYS[random(KEYS.length)]).join('');
    dashboard.type(keys);
    if (random(15) === 0) dashboard.resize(20 + random(230), 5 + random(65));
    const person = people[random(people.length)];
    if (person && random(2) === 0) random(3) === 0 ? fake.remove(person) : fake.put(person);
    await Bun.sleep(random(4));
  }
  if (dashboard.child.exitCode === null) dashboard.child.kill('SIGTERM');
  expect([0, 143]).toContain(await dashboard.child.exited);
  await eventually(() => HANDED_BACK.test(dashboard.output()), 'the terminal handed back');
  expect(readdirSync(join(directory, 'reports')).filter((name) => name.startsWith('crash'))).toEqual([]);
});

/** Leaves the alternate screen and shows the cursor; what is typed meanwhile is echoed between the two. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this reads
const HANDED_BACK = /\u001b\[\?1049l.*\u001b\[\?25h/s;

function openDashboard(socket: string) {
  let output = '';
  const { promise: shown, resolve } = Promise.withResolvers<void>();
  const program = join(import.meta.dir, 'dashboard-process.ts');
  const child = Bun.spawn([process.execPath, program, socket, join(directory, 'reports')], {
    env: { ...process.env, CI: undefined, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
    terminal: {
      cols: 80,
      rows: 24,
      data(_terminal, data) {
        output = (output + Buffer.from(data).toString()).slice(-20_000);
        // It opens in the view in which it was left.
        if (output.includes('livekit')) resolve();
      },
    },
  });
  return {
    child,
    shown,
    output: () => output,
    type: (keys: string) => {
      if (!child.terminal?.closed) child.terminal?.write(keys);
    },
    resize: (columns: number, rows: number) => {
      if (!child.terminal?.closed) child.terminal?.resize(columns, rows);
    },
  };
}
