import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { eventually } from '../harness/within.ts';
import { fakeParticipant, fakeRoom } from './fake-world.ts';
import { type Shown, type ShownOptions, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const ALI = fakeParticipant('standup', 'Ali');
const SARA = fakeParticipant('tehran', 'Sara', { path: 'turn-tls' });

async function open(env: ShownOptions['env'] = {}) {
  shown = await show({
    rooms: [fakeRoom('standup'), fakeRoom('tehran')],
    participants: [ALI, SARA],
    width: 120,
    env,
  });
  await shown.terminal.shows('standup');
  return shown;
}

test('a room tells what happened in it, and goes on telling', async () => {
  const { terminal, server } = await open();
  server.put(ALI, 'participant.joined');
  server.put(SARA, 'participant.joined');
  await terminal.press('Enter');
  await terminal.shows('▸ Ali');
  await terminal.press('t');
  await terminal.shows('Ali joined standup');
  await terminal.press('K');
  await terminal.shows('kick: no participant is selected');
  server.remove(ALI);
  const screen = await terminal.shows('Ali left standup');
  expect(screen).not.toContain('Sara');
  await terminal.press('Escape');
  await terminal.shows('nobody is here');
});

test('e shows events of one kind, or of the room of the selected one, until Esc', async () => {
  const { terminal, server } = await open();
  server.put(ALI, 'participant.joined');
  server.tell('participant.failed', { room: 'tehran', identity: 'g_7', data: { reason: 'UDP is blocked' } });
  await terminal.press('5');
  await terminal.shows('could not connect');
  await terminal.press('e');
  await terminal.shows('troubles');
  await terminal.press('Down', 'Enter');
  await terminal.shows('only troubles, 1 (following)');
  await terminal.hides('Ali joined');
  await terminal.press('Escape');
  await terminal.shows('Ali joined standup');
  await terminal.press('g');
  await terminal.press('e');
  await terminal.shows(/^\W*standup\W*$/m);
  for (let i = 0; i < 7; i += 1) await terminal.press('Down');
  await terminal.press('Enter');
  await terminal.shows('only standup, 1');
  await terminal.hides('could not connect');
});

test('livekit’s log stands in the place of events, and goes again', async () => {
  const { terminal, server } = await open();
  server.put(ALI, 'participant.joined');
  server.tell('livekit.log', { data: { line: 'starting LiveKit server' } });
  await terminal.press('5');
  await terminal.shows('Ali joined standup');
  await terminal.press('l');
  await terminal.shows('starting LiveKit server');
  await terminal.press('l');
  await terminal.shows('Ali joined standup');
});

test('rooms tell how their people are connected, and are sorted by it', async () => {
  const { terminal } = await open();
  await terminal.shows(/standup .* udp /);
  await terminal.shows(/tehran .* turn-tls /);
  await terminal.press('s');
  await terminal.shows('paths, most detours first');
  for (let i = 0; i < 6; i += 1) await terminal.press('Down');
  await terminal.press('Enter');
  await terminal.shows(/tehran[^\n]*\n[^\n]*standup/);
});

test('what changes stands out for a moment, and then the screen is still', async () => {
  const { terminal, server } = await open({ TERM: 'screen-256color', NO_COLOR: undefined });
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  const underlined = async () => (await terminal.colours()).includes('\u001b[1;4m');
  let isTcp = false;
  const seen = async () => {
    isTcp = !isTcp;
    server.put({ ...SARA, path: isTcp ? 'tcp' : 'udp' });
    return await underlined();
  };
  await eventually(seen, 'a change that stands out');
  await eventually(async () => !(await underlined()), 'it to be over');
});
