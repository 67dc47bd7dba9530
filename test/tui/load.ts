// What the dashboard costs before 500 rooms and 5,000 people of whom 50 a second change:
//   bun test/tui/load.ts [COLUMNSxROWS]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeServer } from './fake-server.ts';
import { fakeParticipant, fakeRoom, fakeTrack } from './fake-world.ts';

const ROOMS = 500;
const PEOPLE = 5000;
const CHANGES_A_SECOND = 50;
const SECONDS = 10;
/** Linux counts CPU time in these. */
const TICKS_A_SECOND = 100;

const [columns = 80, rows = 24] = (process.argv[2] ?? '').split('x').map(Number).filter(Boolean);
const directory = mkdtempSync(join(tmpdir(), 'didar-load-'));
const socket = join(directory, 'didar.sock');
const people = Array.from({ length: PEOPLE }, (_, i) =>
  fakeParticipant(`room-${String(i % ROOMS).padStart(3, '0')}`, `Person ${String(i).padStart(4, '0')}`),
);
const server = startFakeServer({
  socket,
  rooms: Array.from({ length: ROOMS }, (_, i) => fakeRoom(`room-${String(i).padStart(3, '0')}`)),
  participants: people,
});

let bytes = 0;
let heard: (() => void) | undefined;
let screen = '';
const child = Bun.spawn(
  [process.execPath, join(import.meta.dir, 'dashboard-process.ts'), socket, directory],
  {
    env: { ...process.env, CI: undefined, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', NODE_ENV: 'production' },
    terminal: {
      cols: columns,
      rows,
      data(_terminal, data) {
        bytes += data.length;
        screen = (screen + Buffer.from(data).toString()).slice(-50_000);
        heard?.();
      },
    },
  },
);
const terminal = child.terminal;
if (!terminal) throw new Error('no terminal');

const cpu = () => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
};
const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;

async function until(text: string): Promise<void> {
  while (!screen.includes(text)) await Bun.sleep(10);
}

let serial = 0;
function change(): void {
  const person = people[(serial * 37) % PEOPLE];
  serial += 1;
  if (person)
    server.put({ ...person, tracks: [fakeTrack('microphone', serial % 2 === 0), fakeTrack('camera')] });
}

async function measure(what: string, seconds: number): Promise<void> {
  const [cpuBefore, bytesBefore, started] = [cpu(), bytes, performance.now()];
  await Bun.sleep(seconds * 1000);
  const elapsed = (performance.now() - started) / 1000;
  const share = ((cpu() - cpuBefore) / elapsed) * 100;
  const rate = (bytes - bytesBefore) / elapsed;
  console.log(
    `${what.padEnd(34)} ${share.toFixed(1).padStart(5)}% CPU ${rate.toFixed(0).padStart(7)} B/s ${memory().toFixed(0).padStart(5)} MB`,
  );
}

async function keys(what: string, key: string, times: number): Promise<void> {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const started = performance.now();
    const frame = new Promise<void>((resolve) => {
      heard = resolve;
    });
    terminal?.write(key);
    await frame;
    took.push(performance.now() - started);
    await Bun.sleep(37);
  }
  heard = undefined;
  took.sort((a, b) => a - b);
  const at = (share: number) => (took[Math.floor(took.length * share)] ?? 0).toFixed(1);
  console.log(
    `${what.padEnd(34)} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${(took.at(-1) ?? 0).toFixed(1)} ms`,
  );
}

console.log(`${columns}x${rows}, ${ROOMS} rooms, ${PEOPLE} people`);
await until('room-00');
await Bun.sleep(1500);
await measure('rooms, idle', SECONDS);
const changing = setInterval(change, 1000 / CHANGES_A_SECOND);
await measure(`rooms, ${CHANGES_A_SECOND} changes/s`, SECONDS);
await keys('rooms, j with changes', 'j', 100);
terminal.write('2');
await until('Person 0001');
await measure(`participants, ${CHANGES_A_SECOND} changes/s`, SECONDS);
await keys('participants, j with changes', 'j', 100);
terminal.write('5');
await measure(`events, ${CHANGES_A_SECOND} changes/s (every row new)`, SECONDS);
clearInterval(changing);
terminal.write('q');
console.log(`ended with ${await child.exited}`);
await server.stop();
rmSync(directory, { recursive: true, force: true });
process.exit(0);
