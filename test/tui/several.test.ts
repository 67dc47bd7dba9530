import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { FULL, fakeParticipant, fakeRecording, fakeRoom } from './fake-world.ts';
import { type Shown, type ShownOptions, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const ROOMS = ['alpha', 'beta', 'gamma'].map((name) => fakeRoom(name));
const ALI = fakeParticipant('alpha', 'Ali');
const ZOE = fakeParticipant('beta', 'Zoë', { permissions: { ...FULL, data: false } });

async function open(options: ShownOptions = {}) {
  shown = await show({ rooms: ROOMS, participants: [ALI, ZOE], width: 100, ...options });
  await shown.terminal.shows('▸ alpha');
  return shown;
}

test('marked rooms are locked after one question that names them, and unlocked by U', async () => {
  const { terminal, server } = await open();
  await terminal.press('Space', 'Space');
  await terminal.shows('2 marked');
  await terminal.press('L');
  const asked = await terminal.shows('Lock 2 rooms?');
  expect(asked).toMatch(/alpha/);
  expect(asked).not.toMatch(/gamma/);
  await terminal.press('Enter');
  await terminal.hides('Lock 2 rooms?');
  expect(server.asked).toEqual([]);
  await terminal.press('L');
  await terminal.shows('Lock 2 rooms?');
  await terminal.press('y');
  await terminal.shows('2 rooms are locked; U takes it back');
  await terminal.press('U');
  await terminal.shows('2 rooms are unlocked');
  await terminal.press('Escape');
  await terminal.hides('marked');
  await terminal.press('L');
  await terminal.shows('gamma is locked');
  expect(server.asked.map(({ call, body }) => [call, body])).toEqual([
    ['PATCH /api/room/alpha', { locked: true }],
    ['PATCH /api/room/beta', { locked: true }],
    ['PATCH /api/room/alpha', { locked: false }],
    ['PATCH /api/room/beta', { locked: false }],
    ['PATCH /api/room/gamma', { locked: true }],
  ]);
});

test('rooms are closed, silenced, recorded and their links copied together', async () => {
  const { terminal, server } = await open({ recordings: [fakeRecording('old')] });
  await terminal.press('*');
  await terminal.shows('3 marked');
  await terminal.press('c');
  const links = await terminal.shows('Join links of 3 rooms');
  expect(links).toContain('https://meet.example.org/room/beta');
  await terminal.press('Escape', 'r');
  await terminal.shows('Record 3 rooms?');
  await terminal.press('y');
  await terminal.shows('3 rooms are being recorded');
  await terminal.press('A');
  await terminal.shows('Mute everyone in 3 rooms');
  await terminal.press('y');
  await terminal.shows('everyone in 3 rooms is muted');
  await terminal.press('X');
  await terminal.shows('Close 3 rooms?');
  await terminal.press('y');
  await terminal.shows('3 rooms are closed');
  await terminal.shows(/gamma .* closed/);
  expect(server.asked).toHaveLength(9);
});

test('what fails for some is told by name, and U takes back the others', async () => {
  const { terminal, server } = await open();
  await terminal.press('*');
  await terminal.shows('3 marked');
  server.refuseNext(409, { code: 'room_busy', detail: 'the meeting is just ending', fix: 'try again' });
  await terminal.press('L');
  await terminal.shows('Lock 3 rooms?');
  await terminal.press('y');
  const told = await terminal.shows('1 of 3 failed: alpha (the meeting is just ending');
  expect(told).toContain('alpha: the meeting is just ending (try again)');
  await terminal.press('Escape', 'U');
  await terminal.shows('2 rooms are unlocked');
});

test('a question about many names as many as fit and counts the rest, also in the smallest terminal', async () => {
  const rooms = Array.from({ length: 40 }, (_, i) => fakeRoom(`room-${String(i).padStart(2, '0')}`));
  const { terminal } = await open({ rooms: [...ROOMS, ...rooms], width: 80, height: 30 });
  await terminal.press('/');
  await terminal.type('room-');
  await terminal.press('Enter', '*');
  await terminal.shows('40 marked, 40 of 43');
  await terminal.press('X');
  const large = await terminal.shows('and 28 more');
  expect(large).toContain('room-11');
  expect(large).not.toContain('room-12');
  await terminal.resize(60, 16);
  const small = await terminal.shows(/and 3\d more/);
  expect(small).toContain('Close 40 rooms?');
  expect(small).toContain('Cancel (n)');
});

test('one form sets the permissions of several, and leaves alone what they differ in', async () => {
  const { terminal, server } = await open();
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  await terminal.press('*', 'p');
  await terminal.shows('Permissions of 2 people in 2 rooms');
  await terminal.shows(/send messages +as each has it/);
  await terminal.press('Down', 'Space');
  await terminal.shows('[ ] publish camera');
  await terminal.press('Up', 'Up', 'Up', 'Enter');
  await terminal.shows('2 people have the new permissions');
  const publish = ['microphone', 'screen_share', 'screen_share_audio'];
  expect(server.asked).toEqual([
    {
      call: 'PATCH /api/room/alpha/participants/u_ali',
      body: { permissions: { publish, subscribe: true, data: true } },
    },
    {
      call: 'PATCH /api/room/beta/participants/u_zo%C3%AB',
      body: { permissions: { publish, subscribe: true, data: false } },
    },
  ]);
});

test('a ban can take the address with it', async () => {
  const { terminal, server } = await open();
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  await terminal.press('B');
  await terminal.shows('Ban Ali?');
  await terminal.press('a');
  await terminal.shows('Ali banned from alpha');
  expect(server.asked).toEqual([
    { call: 'POST /api/room/alpha/participants/u_ali/ban', body: { address: true } },
  ]);
});
