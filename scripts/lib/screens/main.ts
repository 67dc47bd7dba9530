import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTerminal } from '../../../test/harness/tmux.ts';
import { startFakeServer } from '../../../test/tui/fake-server.ts';
import { FAKE_FINDINGS, fakeNetwork, fakeSystem, fakeUsage } from '../../../test/tui/fake-world.ts';
import { readScreen } from './cells.ts';
import { demoWorld } from './demo.ts';
import { demoBackground } from './demo-background.ts';
import { drawScreen } from './svg.ts';

const SIZE = { columns: 110, rows: 24 };
/** Where two charts stand side by side, and all of them are seen at once. */
const LARGE = { columns: 120, rows: 40 };
const root = join(import.meta.dir, '../../..');
const out = join(root, 'docs/screens');

interface Screen {
  readonly name: string;
  readonly title: string;
  readonly keys: readonly string[];
  readonly shows: string;
  readonly size?: typeof SIZE;
}

/** What is pressed to get there, and what is there then. */
const SCREENS: readonly Screen[] = [
  { name: 'rooms', title: 'Rooms', keys: ['j'], shows: 'Daily stand-up' },
  { name: 'room', title: 'The inside of a room', keys: ['Enter'], shows: 'may publish' },
  { name: 'kick', title: 'Asking before a kick', keys: ['K'], shows: 'Kick ' },
  { name: 'permissions', title: 'Permissions', keys: ['Escape', 'p'], shows: 'Permissions of' },
  {
    name: 'timeline',
    title: 'What happened in a room',
    keys: ['Escape', 't'],
    shows: 'joined daily-standup',
  },
  { name: 'link', title: 'A join link with its QR code', keys: ['c'], shows: 'failed: see' },
  { name: 'participants', title: 'Participants', keys: ['Escape', '2'], shows: 'Zoë' },
  { name: 'network', title: 'Network', keys: ['3'], shows: 'got through' },
  { name: 'recordings', title: 'Recordings', keys: ['4'], shows: 'composing' },
  { name: 'events', title: 'Events', keys: ['5'], shows: 'could not connect' },
  { name: 'doctor', title: 'Doctor', keys: ['6'], shows: 'checked at' },
  { name: 'jobs', title: 'Jobs', keys: ['7'], shows: 'fix: Look at recording.s3' },
  { name: 'webhooks', title: 'Webhooks', keys: ['8'], shows: 'fails since' },
  { name: 'backups', title: 'Backups', keys: ['0'], shows: 'all is well' },
  { name: 'system', title: 'System', keys: ['9'], shows: 'GB free', size: LARGE },
  { name: 'goto', title: 'Go to anything', keys: ['1', ':', 't', 'e'], shows: 'tehran-office' },
  {
    name: 'help',
    title: 'All keys, and why some are not available',
    keys: ['Escape', '?'],
    shows: 'make a room',
  },
];

const directory = mkdtempSync(join(tmpdir(), 'didar-screens-'));
const socket = join(directory, 'didar.sock');
const { rooms, people, recordings } = demoWorld(Date.now());
const background = demoBackground(Date.now());
const server = startFakeServer({
  socket,
  rooms,
  participants: people,
  recordings,
  ...background,
  network: fakeNetwork(),
  usage: fakeUsage(),
  findings: FAKE_FINDINGS,
  system: { ...fakeSystem(), startedAt: new Date(Date.now() - 3 * 86_400_000).toISOString() },
});
server.tell('server.started', { actor: 'server' });
for (const person of people.slice(3, 8)) server.put(person, 'participant.joined');
server.tell('participant.failed', {
  room: 'board',
  identity: 'g_7',
  actor: 'livekit',
  data: { reason: 'UDP is blocked' },
});
server.tell('room.changed', { room: 'board', data: { room: rooms[0] } });

const terminal = await startTerminal({
  command: [join(root, 'dist/didar'), 'tui', '--socket', socket],
  env: {
    LC_ALL: 'C.UTF-8',
    TERM: 'screen-256color',
    NO_COLOR: undefined,
    COLORFGBG: undefined,
    XDG_STATE_HOME: directory,
  },
  width: SIZE.columns,
  height: SIZE.rows,
});
try {
  mkdirSync(out, { recursive: true });
  await terminal.shows('Daily stand-up');
  for (const { name, title, keys, shows, size = SIZE } of SCREENS) {
    await terminal.resize(size.columns, size.rows);
    for (const key of keys) await terminal.press(key);
    await terminal.shows(shows);
    const lines = readScreen((await terminal.colours()).replace(/\n$/, ''));
    await Bun.write(join(out, `${name}.svg`), drawScreen(lines, size.columns, `Didar's dashboard: ${title}`));
    console.log(`docs/screens/${name}.svg`);
  }
} finally {
  await terminal.close();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(0);
