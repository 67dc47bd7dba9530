import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { isAbsolute } from 'node:path';
import type { System } from '../../src/modules/system/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { didarCommand, ROOT } from '../harness/executable.ts';
import { type Attendee, attend, createRoom } from '../harness/people.ts';
import '../harness/slow.ts';
import { BINDINGS } from '../../tui/keys/table.ts';
import { isAlive, isRunning } from '../harness/process.ts';
import { startTerminal, type Terminal } from '../harness/tmux.ts';
import { eventually } from '../harness/within.ts';

let didar: Didar;
let terminal: Terminal | undefined;
const inside: Attendee[] = [];
let operators = 0;
/** Servers that a dashboard started: they are nobody's children. */
const started: number[] = [];

beforeAll(async () => {
  didar = await startDidar();
});
afterEach(async () => {
  await terminal?.close();
  for (const pid of started.splice(0)) if (await isRunning(pid, didar.home)) process.kill(pid, 'SIGTERM');
  await Promise.all(inside.splice(0).map(({ client }) => client.close()));
});
afterAll(() => didar?.cleanUp());

/** The executable as an operator starts it, in the environment of the daemon under test. */
async function openTerminal(
  ...given: (string | { env: Record<string, string | undefined> })[]
): Promise<Terminal> {
  const args = given.filter((arg) => typeof arg === 'string');
  const extra = given.find((arg) => typeof arg !== 'string');
  const command = didarCommand().map((part) => (isAbsolute(part) ? part : `${ROOT}/${part}`));
  terminal = await startTerminal({
    command: [...command, ...args],
    // each terminal is another operator's: what one leaves behind is nothing to the next
    env: {
      ...didar.env,
      LC_ALL: 'C.UTF-8',
      XDG_STATE_HOME: `${didar.home}/operator-${++operators}`,
      ...extra?.env,
    },
    width: 100,
  });
  return terminal;
}

/** The views by their keys, and something that each of them shows. */
const VIEWS = [
  ['1', 'ROOM'],
  ['2', 'NAME'],
  ['3', 'reached at'],
  ['4', /does not record|LENGTH/],
  ['5', 'WHAT HAPPENED'],
  ['6', 'CHECK'],
  ['7', 'WHAT'],
  ['8', 'WEBHOOK'],
  ['9', /CPU \S+ %/],
  ['0', 'backups: '],
] as const;
const TMUX_KEYS: Readonly<Record<string, string>> = {
  down: 'Down',
  up: 'Up',
  pagedown: 'PageDown',
  pageup: 'PageUp',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  esc: 'Escape',
  space: 'Space',
  delete: 'DC',
};

async function serverPid(): Promise<number> {
  const { pid } = await asAdmin<System>(didar, '/api/system');
  started.push(pid);
  return pid;
}

async function enter(room: string, name: string): Promise<Attendee> {
  const attendee = await attend(didar, room, { name });
  inside.push(attendee);
  await attendee.client.publishMicrophone(440);
  return attendee;
}

test('a server without rooms and accounts shows how to begin, also in the smallest terminal', async () => {
  const { code } = await asAdmin<{ code: string }>(didar, '/api/auth/setup');
  const screen = await openTerminal('tui', '--socket', didar.socket);
  await screen.resize(60, 16);
  await screen.shows('Press n to make one');
  await screen.shows(code);
  await screen.shows(didar.url);
});

test('the operator kicks a real participant, who is out at once', async () => {
  const room = await createRoom(didar, { title: 'Weekly' });
  const [ali, zoe] = [await enter(room.name, 'Ali'), await enter(room.name, 'Zoë')];
  const screen = await openTerminal('tui', '--socket', didar.socket);
  await screen.shows(/\s2\s+2\s.*Weekly/);
  await screen.press('2');
  await screen.shows('▸ Ali');
  await screen.shows(/Ali .* on .* udp/);
  await screen.press('K');
  await screen.shows('Kick Ali?');
  await screen.press('y');
  await screen.shows('Ali out of');
  await ali.client.until((state) => state.connection === 'disconnected', 'Ali to be out', 5000);
  await screen.shows('▸ Zoë');
  await screen.hides(/Ali .* udp/);
  expect(zoe.client.state.connection).toBe('connected');

  await screen.press('5');
  await screen.shows(/Ali was kicked from/);
  await screen.press('l');
  await screen.shows(/livekit's log/i);
  await screen.press('3');
  await screen.shows(/livekit\s+ready/);
  await screen.press('q');
  expect(await screen.exitCode()).toBe(0);
  expect(await screen.ask('alternate_on')).toBe('0');
});

test('muting is seen at the other end, and closing the room ends the meeting', async () => {
  const room = await createRoom(didar, { title: 'Short one' });
  const ali = await enter(room.name, 'Ali');
  const screen = await openTerminal('tui', '--socket', didar.socket);
  await screen.shows('Short one');
  await screen.press('/');
  await screen.type('short');
  await screen.press('Enter', 'Enter');
  await screen.shows(/▸ Ali .* on /);
  await screen.press('m');
  await screen.shows(/▸ Ali .* muted/);
  await screen.press('Escape');
  await screen.shows(/▸ room-.* Short one/);
  await screen.press('X');
  await screen.shows(`Close ${room.name}?`);
  await screen.press('y');
  await screen.shows(`${room.name} is closed`);
  await screen.shows(/\s0\s+0\s.*closed\s+Short one/);
  await ali.client.until((state) => state.connection === 'disconnected', 'the meeting to end', 5000);
});

test('each view fits from the smallest terminal to a large one, its keys in the last line', async () => {
  const room = await createRoom(didar, { title: 'جلسهٔ هفتگی' });
  await enter(room.name, 'نسرین احمدی');
  const screen = await openTerminal('tui', '--socket', didar.socket);
  await screen.shows(room.name);
  for (const [columns, rows] of [
    [60, 16],
    [80, 24],
    [120, 40],
  ] as const) {
    await screen.resize(columns, rows);
    await eventually(
      async () => (await screen.screen()).split('\n').length === rows,
      `a screen of ${columns}x${rows}`,
    );
    for (const [key, text] of VIEWS) {
      await screen.press(key);
      const lines = (await screen.shows(text)).split('\n');
      expect(lines).toHaveLength(rows);
      expect(lines.at(-1)).toContain('q quit');
      expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(columns);
    }
  }
});

test('every key of the table can be pressed anywhere, and none but quit leaves', async () => {
  const screen = await openTerminal('tui', '--socket', didar.socket);
  await screen.shows('livekit ready');
  const keys = new Set(BINDINGS.filter(({ id }) => id !== 'quit').flatMap((binding) => binding.keys));
  for (const [view] of VIEWS) {
    for (const key of keys) {
      await screen.press(view);
      await screen.press(TMUX_KEYS[key] ?? key);
      await screen.press('Escape');
    }
  }
  await screen.press('3');
  await screen.shows('reached at');
  await screen.press('q');
  expect(await screen.exitCode()).toBe(0);
});

test('a livekit-server that dies is seen dying and coming back', async () => {
  const screen = await openTerminal('tui', '--socket', didar.socket);
  await screen.shows('livekit ready');
  const pid = await didar.livekitPid();
  process.kill(pid, 'SIGKILL');
  await screen.shows('1 restart');
  await screen.shows('livekit ready');
  await screen.press('9');
  await screen.shows('by SIGKILL');
});

test('another server is reached by its address and a token; without a good one nothing opens', async () => {
  await createRoom(didar, { title: 'From afar' });
  const { token } = await asAdmin<{ token: string }>(didar, '/api/token', {
    json: { name: 'look', scopes: ['read'] },
  });
  const screen = await openTerminal('tui', '--url', didar.url, { env: { DIDAR_TOKEN: token } });
  await screen.shows('From afar');
  await screen.shows('read only');
  await screen.close();
  const refused = await openTerminal('tui', '--url', didar.url, { env: { DIDAR_TOKEN: undefined } });
  expect(await refused.exitCode()).toBe(77);
  await refused.close();
  const nobody = await openTerminal('tui', '--url', `http://127.0.0.1:${didar.ports.spare}`);
  expect(await nobody.exitCode()).toBe(69);
});

test('without colours nothing is lost: what is selected, where one is and what is open are told by signs', async () => {
  await createRoom(didar, { title: 'Plain' });
  const coloured = { NO_COLOR: undefined, TERM: 'screen-256color' };
  const screen = await openTerminal('tui', '--socket', didar.socket, { env: coloured });
  await screen.shows('Plain');
  expect(await screen.colours()).toContain('\u001b[');
  await screen.close();
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { NO_COLOR: '1', LC_ALL: 'C' }]) {
    const plain = await openTerminal('tui', '--socket', didar.socket, { env });
    await plain.shows('Plain');
    const shown = await plain.colours();
    expect(shown).not.toContain('\u001b[');
    expect(shown).toContain('[1 Rooms]');
    expect(shown).toMatch(/^[▸>] room-/m);
    await plain.close();
  }
});

test('where no server runs one is started, and goes on without the dashboard when asked', async () => {
  await didar.stop();
  const screen = await openTerminal('--config', didar.configPath, '--socket', didar.socket);
  await screen.shows('livekit ready');
  const pid = await serverPid();
  await screen.press('q');
  await screen.shows('Leave the dashboard?');
  await screen.press('l');
  expect(await screen.exitCode()).toBe(0);
  await screen.shows(`The server runs on as process ${pid}`);
  expect(await isAlive(pid)).toBe(true);
  await screen.close();

  const again = await openTerminal('--config', didar.configPath, '--socket', didar.socket);
  await again.shows('livekit ready');
  await again.press('q');
  expect(await again.exitCode()).toBe(0);
  process.kill(pid, 'SIGTERM');
  await eventually(async () => !(await isAlive(pid)), 'the server to stop');
});

test('a server that the dashboard started is stopped with it when asked', async () => {
  const screen = await openTerminal('--config', didar.configPath, '--socket', didar.socket);
  await screen.shows('livekit ready');
  const pid = await serverPid();
  await screen.press('q');
  await screen.shows('Leave the dashboard?');
  await screen.press('s');
  expect(await screen.exitCode()).toBe(0);
  await screen.shows('The server has stopped.');
  expect(await isAlive(pid)).toBe(false);
});

test('what keeps a server from starting is told in its own words, with its exit code', async () => {
  const screen = await openTerminal('--config', `${didar.home}/no-such.yaml`, '--socket', didar.socket);
  expect(await screen.exitCode()).toBe(78);
  await screen.shows('no-such.yaml');
});
