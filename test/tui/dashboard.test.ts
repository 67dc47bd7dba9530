import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../src/modules/system/model.ts';
import { eventually } from '../harness/within.ts';
import {
  FAKE_FINDINGS,
  fakeNetwork,
  fakeParticipant,
  fakeRecording,
  fakeRoom,
  fakeSystem,
  fakeTrack,
  fakeWaiting,
} from './fake-world.ts';
import { type Shown, type ShownOptions, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const ROOMS = [fakeRoom('standup', { title: 'Daily' }), fakeRoom('tehran')];
const ALI = fakeParticipant('standup', 'Ali');
const ZOE = fakeParticipant('standup', 'Zoë', { tracks: [fakeTrack('microphone', true)] });
const NASRIN = fakeParticipant('tehran', 'نسرین', { identity: 'g_nasrin', path: 'turn-tls' });

async function open(options: ShownOptions = {}) {
  shown = await show({ rooms: ROOMS, participants: [ALI, ZOE, NASRIN], ...options });
  await shown.terminal.shows(options.rooms?.length === 0 ? 'no room yet' : 'standup');
  return shown;
}

test('the operator sees the rooms, goes into one, and kicks somebody after a look at the name', async () => {
  const { terminal, server } = await open();
  await terminal.shows(/standup\s+2\s+2/);
  await terminal.press('Enter');
  await terminal.shows('u_ali');
  await terminal.press('K');
  await terminal.shows('Kick Ali?');
  await terminal.press('Enter');
  await terminal.hides('Kick Ali?');
  expect(server.asked).toEqual([]);
  await terminal.press('K');
  await terminal.shows('Kick Ali?');
  await terminal.press('Right', 'Enter');
  await terminal.shows('Ali out of standup');
  expect(server.asked.map(({ call }) => call)).toEqual(['POST /api/room/standup/participants/u_ali/kick']);
  await terminal.press('Escape');
  await terminal.shows(/standup\s+1\s+1/);
});

test('who is in the selected room is told below the list, as it changes and as far as there is room', async () => {
  const crowd = Array.from({ length: 30 }, (_, i) => fakeParticipant('tehran', `Person ${i}`));
  const chair = fakeParticipant('tehran', 'Zahra', { role: 'owner' });
  const { terminal, server } = await open({ participants: [ALI, ...crowd, chair], width: 80, height: 24 });
  await terminal.shows(/https:\/\/\S+\/room\/standup\n\s+Ali\n/);
  server.put(ZOE, 'participant.joined');
  await terminal.shows(/\n\s+Ali, Zoë\n/);
  await terminal.press('j');
  await terminal.shows(/\n {2}Zahra, Person 0, .* and 2\d more\n/);
  server.tell('participant.waiting', { data: { waiting: fakeWaiting('tehran', 'Dara', 1) } });
  await terminal.shows(/\n {2}wait: Dara {2}in: Zahra, .* and 2\d more\n/);
  await terminal.resize(60, 16);
  await terminal.hides('Zahra');
});

test('the help is read to its end at any size, and one press goes back from there', async () => {
  const { terminal } = await open({ width: 80, height: 24 });
  await terminal.press('?');
  await terminal.shows('more lines');
  const first = await terminal.screen();
  expect(first.match(/…/g)).toBeNull();
  await terminal.press('G');
  await terminal.hides(/more lines?:/);
  await terminal.press('k');
  await terminal.shows('1 more line:');
  await terminal.resize(60, 16);
  await terminal.press('G');
  await terminal.hides(/more lines?:/);
});

test.each([
  ['database', 'database: see the doctor'],
  ['data', 'data directory: see the doctor'],
  ['clock', 'clock: see the doctor'],
  ['certificate', 'certificate: see the doctor'],
] as const)('what is wrong with the %s is told in the first line', async (check, text) => {
  const well = fakeSystem();
  const checks = { ...well.checks, [check]: { ok: false, reason: 'It broke.' } };
  const { terminal } = await open({ system: { ...well, ready: false, checks } });
  expect((await terminal.screen()).split('\n')[0]).toContain(text);
});

test('muting, unmuting and permissions reach the server and show at once', async () => {
  const { terminal, server } = await open();
  await terminal.press('2');
  await terminal.shows('نسرین');
  await terminal.press('m');
  await terminal.shows(/▸ Ali\s+standup\s+muted/);
  await terminal.press('u');
  await terminal.shows(/▸ Ali\s+standup\s+on/);
  await terminal.press('M');
  await terminal.shows('lock the microphone?');
  await terminal.press('y');
  await terminal.shows(/▸ Ali\s+standup\s+locked/);
  await terminal.press('p');
  await terminal.shows('Permissions of Ali');
  await terminal.press('Down', 'Space');
  await terminal.shows('[ ] publish camera');
  await terminal.press('Up', 'Up', 'Up', 'Enter');
  await terminal.shows('has the new permissions');
  expect(server.asked.at(-1)).toEqual({
    call: 'PATCH /api/room/standup/participants/u_ali',
    body: {
      permissions: {
        publish: ['microphone', 'screen_share', 'screen_share_audio'],
        subscribe: true,
        data: true,
      },
    },
  });
});

test('several people are marked, and one question that names them all is asked', async () => {
  const { terminal, server } = await open();
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  await terminal.press('Space', 'Space');
  await terminal.shows('2 marked');
  await terminal.press('K');
  const screen = await terminal.shows('Kick 2 people?');
  expect(screen).toContain('Ali (u_ali) in standup');
  expect(screen).toContain('Zoë (u_zoë) in standup');
  await terminal.press('y');
  await terminal.shows('2 people out of standup');
  await terminal.hides('marked');
  await terminal.shows(/^▸ +نسرین/m);
  expect(server.asked.map(({ call }) => call)).toEqual([
    'POST /api/room/standup/participants/u_ali/kick',
    'POST /api/room/standup/participants/u_zo%C3%AB/kick',
  ]);
});

test('who speaks is seen where it is known, whatever else changes, and is no event', async () => {
  const { terminal, server } = await open({
    participants: [
      { ...ALI, speaking: true },
      { ...ZOE, speaking: true },
      { ...NASRIN, speaking: null },
    ],
  });
  const say = (speaking: readonly string[] | null) =>
    server.tell('speaking.changed', { room: 'standup', actor: 'livekit', data: { speaking } });
  await terminal.press('2');
  await terminal.shows(/Ali .* speaks +on/);
  await terminal.shows(/Zoë .* muted +-/);
  server.put({ ...ALI, tracks: [fakeTrack('microphone')] });
  await terminal.shows(/Ali .* speaks +-/);
  say([]);
  await terminal.shows(/Ali .* on +-/);
  say([ALI.identity]);
  await terminal.shows(/Ali .* speaks +-/);
  say(null);
  await terminal.shows(/Ali .* on +-/);
  await terminal.press('5');
  await terminal.shows('WHAT HAPPENED');
  await terminal.hides('speak');
});

test('a refusal of the server is shown with its fix', async () => {
  const { terminal, server } = await open();
  server.refuseNext(503, {
    code: 'livekit_unavailable',
    detail: 'livekit does not answer',
    fix: 'see view 3',
  });
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  await terminal.press('m');
  await terminal.shows('livekit does not answer (see view 3)');
});

test('the first room is made from an empty screen, and its link is shown', async () => {
  const { terminal } = await open({ rooms: [], participants: [] });
  await terminal.shows('Press n to make one');
  await terminal.press('n');
  await terminal.shows('New room');
  await terminal.type('weekly');
  await terminal.press('Tab', 'Tab', 'Tab', 'Tab', 'Enter');
  await terminal.shows('https://meet.example.org/room/weekly');
  await terminal.shows('Join link of weekly');
  await terminal.shows('livekit is ready');
  await terminal.press('c');
  await terminal.shows('Copied, if your');
  await terminal.press('Escape');
  await terminal.shows('▸ weekly');
});

test('when the server goes, the data stays, nothing can be changed, and all is right again when it is back', async () => {
  const { terminal, server, serveAgain } = await open();
  await server.stop();
  await terminal.shows(/reconnecting, \d+ s/);
  await terminal.shows('standup');
  await terminal.press('n');
  await terminal.shows('new: the server does not answer');
  serveAgain({ rooms: [...ROOMS, fakeRoom('back-again')], participants: [ALI] });
  await terminal.shows('back-again');
  await terminal.hides('reconnecting');
  await terminal.shows(/standup\s+1\s+1/);
});

test('Network tells who gets in and how, Doctor what fails and what to do', async () => {
  const { terminal } = await open({ network: fakeNetwork(), findings: FAKE_FINDINGS });
  await terminal.press('3');
  await terminal.shows(/failed +Clients can reach the announced address/);
  await terminal.shows(/fix +Set livekit.nodeIP to 203.0.113.5/);
  await terminal.shows('99.1 % got through');
  await terminal.shows(/turn-tls .* 4 now/);
  await terminal.press('G');
  await terminal.shows('UDP is blocked on the way to this client');
  await terminal.press('6');
  await terminal.shows(/▸ failed .* TURN over UDP/);
  await terminal.shows('fix: Open 3478/udp');
  await terminal.press('j');
  await terminal.shows('fix: sysctl -w');
});

test('a server of an older version, which tells less of itself, is shown as far as it goes', async () => {
  const { checks: _checks, recordingDir: _dir, ...older } = fakeSystem();
  const { terminal } = await open({ system: { ...older, version: '0.0.9' } as System });
  await terminal.shows('server 0.0.9, not 0.1.0');
  await terminal.press('9');
  await terminal.shows('kept alive by didar');
  for (const key of ['2', '3', '4', '5', '6', '7', '8', '9', '0']) await terminal.press(key);
  await terminal.press('1');
  await terminal.shows('[1 Rooms]');
  await terminal.shows('standup');
});

test('a token that may only read is told so before it tries, and another version too', async () => {
  const { terminal, server } = await open({
    me: { kind: 'token', user: null, scopes: ['read'] },
    system: { ...fakeSystem(), version: '9.0.0' },
  });
  await terminal.shows('read only');
  await terminal.shows('server 9.0.0, not 0.1.0');
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  await terminal.press('m');
  await terminal.shows('mute: this token may not moderate');
  expect(server.asked).toEqual([]);
});

test('r records the room at once, asks before it stops, and the recording is followed to its file', async () => {
  const { terminal, server } = await open({ recordings: [fakeRecording('tehran')] });
  await terminal.press('r');
  await terminal.shows(/▸ standup .* REC /);
  await terminal.press('r');
  await terminal.shows('Stop recording standup?');
  await terminal.press('Enter');
  await terminal.hides('Stop recording standup?');
  await terminal.press('r');
  await terminal.shows('Stop recording standup?');
  await terminal.press('y');
  await terminal.shows('the recording of standup is in Recordings');
  await terminal.hides(/▸ standup .* REC /);
  expect(server.asked.map(({ call }) => call)).toEqual([
    'POST /api/room/standup/recordings',
    'POST /api/recording/rec_new/stop',
  ]);
  await terminal.press('4');
  await terminal.shows(/standup\s+composing 40 %/);
  await terminal.shows(/tehran\s+done\s+48:00\s+412 MB/);
  await terminal.press('/');
  await terminal.type('done');
  await terminal.press('Enter');
  await terminal.shows('▸ tehran');
  await terminal.press('c');
  await terminal.shows('/api/recording/rec_tehran/files/meeting.mp4');
  await terminal.press('Escape', 'o');
  await terminal.shows('/var/lib/didar/recordings/rec_tehran');
  await terminal.shows('212 MB  meeting.mp4');
});

test('a lets in who waits longest and d keeps out the next, and an invitation shows its link', async () => {
  const { terminal, server } = await open({
    waiting: [fakeWaiting('standup', 'Zahra', 2), fakeWaiting('standup', 'Eve', 3)],
  });
  await terminal.press('Enter');
  await terminal.shows('wait: Zahra, Eve');
  await terminal.press('a');
  await terminal.shows('Zahra is let into standup');
  await terminal.shows('wait: Eve');
  await terminal.press('d');
  await terminal.shows('Eve is kept out of standup');
  await terminal.hides('wait:');
  await terminal.press('d');
  await terminal.shows('refuse: nobody waits');
  server.tell('participant.waiting', { data: { waiting: fakeWaiting('standup', 'Omid', 4) } });
  await terminal.shows('wait: Omid');
  await terminal.press('i');
  await terminal.shows('Invitation to standup');
  for (const key of ['Tab', 'Tab', 'Tab', 'Enter']) await terminal.press(key);
  await terminal.shows('#invite=secret');
  expect(server.asked.map(({ call }) => call)).toEqual([
    'POST /api/room/standup/participants/g_zahra/admit',
    'POST /api/room/standup/participants/g_eve/refuse',
    'POST /api/room/standup/invites',
  ]);
});

test('a server that knows less shows less', async () => {
  const { terminal } = await open();
  await terminal.press('3');
  await terminal.shows('livekit     ready 1.13.5');
  await terminal.press('4');
  await terminal.shows('This server does not record');
  await terminal.press('6');
  await terminal.shows('no doctor yet');
});

test('the screen follows the size of the terminal, down to a notice', async () => {
  const { terminal } = await open();
  await terminal.resize(60, 16);
  await terminal.shows('q quit');
  await terminal.resize(40, 10);
  await terminal.shows('40x10 is too small');
  await terminal.resize(120, 40);
  await terminal.shows('3 people');
  const lines = (await terminal.screen()).split('\n');
  expect(lines).toHaveLength(40);
  expect(lines[39]).toContain('q quit');
});

test('a window that is made narrower and wider again shows the same as before', async () => {
  const rooms = Array.from({ length: 60 }, (_, i) => fakeRoom(`z-room-${i}`, { title: 'Daily' }));
  const { terminal } = await open({ rooms: [...ROOMS, ...rooms], width: 120, height: 40 });
  const before = await terminal.shows('z-room-25');
  for (const columns of [119, 118, 90, 119]) {
    await terminal.resize(columns, 40);
    await terminal.shows('z-room-25');
    await terminal.resize(120, 40);
    await eventually(async () => (await terminal.screen()) === before, `the same after ${columns} columns`);
  }
});

test('leaving gives the terminal back; a server that the dashboard started is asked about first', async () => {
  const { terminal } = await open({ owns: true });
  expect(await terminal.ask('alternate_on')).toBe('1');
  await terminal.press('q');
  await terminal.shows('Leave the dashboard?');
  await terminal.press('Escape');
  await terminal.hides('Leave the dashboard?');
  await terminal.press('q');
  await terminal.shows('Leave the dashboard?');
  await terminal.press('s');
  expect(await terminal.exitCode()).toBe(0);
  await terminal.shows('the server is to be stopped');
  expect(await terminal.ask('alternate_on')).toBe('0');
  expect(await terminal.ask('cursor_flag')).toBe('1');
});

test('SIGTERM and a crash give the terminal back too, and a crash leaves a report', async () => {
  const killed = await open();
  process.kill(await dashboardPid(killed), 'SIGTERM');
  expect(await killed.terminal.exitCode()).toBe(143);
  expect(await killed.terminal.ask('alternate_on')).toBe('0');
  await killed.close();

  const crashed = await open({ env: { DIDAR_TEST_CRASH: '1' } });
  process.kill(await dashboardPid(crashed), 'SIGUSR1');
  expect(await crashed.terminal.exitCode()).toBe(1);
  expect(await crashed.terminal.ask('alternate_on')).toBe('0');
  await crashed.terminal.shows('the dashboard crashed: on purpose');
  expect(readdirSync(crashed.reports).filter((name) => name.startsWith('crash-'))).toHaveLength(1);
});

test('a view that breaks gives the terminal back as it was, and is not what is shown first the next time', async () => {
  const broken = await open();
  const { terminal, server, reports } = broken;
  const tty = await terminal.ask('pane_tty');
  expect(await settingsOf(tty)).toContain(' -icanon ');
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  server.put({ ...ALI, name: null as unknown as string });
  expect(await terminal.exitCode()).toBe(1);
  await terminal.shows('the dashboard crashed');
  expect(await terminal.ask('alternate_on')).toBe('0');
  expect(await terminal.ask('cursor_flag')).toBe('1');
  expect(await settingsOf(tty)).toContain(' icanon iexten echo ');
  const [report = '', ...others] = readdirSync(reports).filter((name) => name.startsWith('crash-'));
  expect(others).toEqual([]);
  expect(statSync(join(reports, report)).mode & 0o777).toBe(0o600);
  expect(await Bun.file(join(reports, report)).text()).toContain('in participants, 80x24');
  server.put(ALI);
  await (await broken.openAgain()).shows('[1 Rooms]');
});

test('Ctrl-Z hands the terminal to the shell until it goes on', async () => {
  const opened = await open();
  const { terminal } = opened;
  const pid = await dashboardPid(opened);
  await terminal.press('C-z');
  await eventually(async () => (await stateOf(pid)) === 'T', 'the dashboard to stop');
  expect(await terminal.ask('alternate_on')).toBe('0');
  process.kill(pid, 'SIGCONT');
  await terminal.shows('standup');
  expect(await terminal.ask('alternate_on')).toBe('1');
  await terminal.press('2');
  await terminal.shows('نسرین');
});

/** The shell of the terminal has one child: the dashboard. */
async function dashboardPid({ terminal }: Shown): Promise<number> {
  const shell = await terminal.ask('pane_pid');
  return Number((await Bun.file(`/proc/${shell}/task/${shell}/children`).text()).trim());
}

/** How the kernel treats what is typed there: raw, or line by line and with an echo. */
async function settingsOf(tty: string): Promise<string> {
  return await new Response(Bun.spawn(['stty', '-F', tty, '-a']).stdout).text();
}

async function stateOf(pid: number): Promise<string> {
  return (await Bun.file(`/proc/${pid}/stat`).text()).split(') ')[1]?.[0] ?? '';
}
