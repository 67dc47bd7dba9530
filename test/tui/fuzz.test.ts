import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/within.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import { fakeParticipant, fakeRoom } from './fake-world.ts';

setDefaultTimeout(120_000);

const BURSTS = 2_000;
const SEED = 20_261_127;
/** Every key that means something, and much that doesn't: broken sequences, pastes, letters of other scripts. */
const KEYS = [
  ...'jkgG/:s?nicpmuMKBXRrfl123456yhq \r\r\t',
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
  for (let i = 0; i < BURSTS; i += 1) {
    if (dashboard.child.exitCode !== null) {
      // One of the keys quits.
      expect(dashboard.child.exitCode).toBe(0);
      // Its last words may come a moment after its end is known.
      await eventually(() => dashboard.output().includes(HANDED_BACK), 'the terminal handed back');
      expect(dashboard.output()).toContain(HANDED_BACK);
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
  expect(dashboard.output()).toContain(HANDED_BACK);
  expect(existsSync(join(directory, 'reports'))).toBe(false);
});

/** Leaves the alternate screen and shows the cursor. */
const HANDED_BACK = '\u001b[?1049l\u001b[?25h';

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
        if (output.includes('room-')) resolve();
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
