import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { eventually } from '../harness/within.ts';
import { fakeParticipant, fakeRecording, fakeRoom } from './fake-world.ts';
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
  await eventually(async () => {
    if (/▸ standup/.test(await terminal.screen())) return true;
    await terminal.press('Down');
    return false;
  }, 'the cursor on the room');
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

test('typing a filter counts what is left, in any script, and it is there again the next time', async () => {
  shown = await show({
    rooms: [
      fakeRoom('standup'),
      fakeRoom('tehran', { title: 'جلسهٔ علی' }),
      fakeRoom('board', { title: 'Zoë' }),
    ],
    participants: [ALI],
  });
  const { terminal } = shown;
  await terminal.shows('standup');
  await terminal.press('/');
  await terminal.shows('3 of 3');
  await terminal.type('علي');
  await terminal.shows('1 of 3');
  await terminal.shows('▸ tehran');
  await terminal.press('C-u');
  await terminal.type('zoe');
  await terminal.shows('▸ board');
  await terminal.press('Enter');
  await terminal.shows('1 of 3, Esc clears it');
  await terminal.press('q');
  expect(await terminal.exitCode()).toBe(0);
  const again = await shown.openAgain();
  await again.shows('/zoe   1 of 3, Esc clears it');
  await again.shows('▸ board');
});

test('go to finds recordings and people in any script, and says of an action why it cannot be done', async () => {
  shown = await show({
    rooms: [fakeRoom('standup')],
    participants: [ALI, fakeParticipant('standup', 'نسرین احمدی', { identity: 'g_nasrin' })],
    recordings: [fakeRecording('board')],
    width: 110,
  });
  const { terminal, server } = shown;
  await terminal.shows('▸ standup');
  await terminal.press(':');
  await terminal.type('kick');
  await terminal.shows(/▸ action +kick: .* not now/);
  await terminal.shows('not now: no participant is selected');
  await terminal.press('Enter');
  await terminal.shows('Go to');
  await terminal.press('C-u');
  await terminal.type('احمدي');
  await terminal.shows(/▸ person .* standup/);
  await terminal.press('Enter');
  await terminal.shows('▸ نسرین احمدی');
  await terminal.press(':');
  await terminal.type('board');
  await terminal.shows(/record +board/);
  await terminal.press('Enter');
  await terminal.shows('▸ board');
  await terminal.shows('[4 Recordings]');
  expect(server.asked).toEqual([]);
});

test('e goes from the selected room or person to its events', async () => {
  const { terminal, server } = await open();
  server.put(ALI, 'participant.joined');
  server.put(SARA, 'participant.joined');
  await terminal.shows('▸ standup');
  await terminal.press('j', 'e');
  await terminal.shows('only tehran, 1');
  const events = await terminal.shows('Sara joined tehran');
  expect(events).not.toContain('Ali joined');
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  await terminal.press('e');
  await terminal.shows('only u_ali');
  await terminal.shows('Ali joined standup');
});

test('columns are hidden and moved, and stay so; r brings back those of the beginning', async () => {
  const { terminal } = await open();
  await terminal.shows(/ROOM.*PEOPLE.*LIMIT/);
  await terminal.press('C');
  await terminal.shows('Columns');
  await terminal.press('Down', 'Space', 'Down', 'Down', 'Down');
  await terminal.shows('▸ [x] limit');
  await terminal.press('Left', 'Left', 'Left', 'Left', 'Enter');
  await terminal.shows(/^ +LIMIT +ROOM/m);
  await terminal.hides('PEOPLE');
  await terminal.press('q');
  expect(await terminal.exitCode()).toBe(0);
  const again = await shown?.openAgain();
  await again?.shows(/^ +LIMIT +ROOM/m);
  await again?.press('C', 'r');
  await again?.shows(/ROOM.*PEOPLE.*LIMIT/);
});
