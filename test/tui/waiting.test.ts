import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { fakeParticipant, fakeRoom, fakeWaiting } from './fake-world.ts';
import { type Shown, type ShownOptions, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const ZAHRA = fakeWaiting('standup', 'Zahra', 2);
const EVE = fakeWaiting('standup', 'Eve', 3);
const OMID = fakeWaiting('standup', 'Omid', 4);
const SARA = fakeWaiting('tehran', 'Sara', 5);

async function open(options: ShownOptions = {}) {
  shown = await show({
    rooms: [fakeRoom('standup', { approval: true }), fakeRoom('tehran', { approval: true })],
    participants: [fakeParticipant('standup', 'Ali')],
    waiting: [EVE, ZAHRA, OMID, SARA],
    width: 100,
    ...options,
  });
  await shown.terminal.shows('standup');
  return shown;
}

test('who waits is counted in the first line and beside the room, and stands above those who are in', async () => {
  const { terminal, server } = await open();
  await terminal.shows('livekit ready · 4 wait ·');
  await terminal.shows(/▸ standup .* 3 wait/);
  await terminal.press('Enter');
  await terminal.shows(
    /▸ Zahra .* waits[^\n]*\n[^\n]*Eve .* waits[^\n]*\n[^\n]*Omid .* waits[^\n]*\n[^\n]*Ali .* on /,
  );
  await terminal.shows('would come in as guest');
  server.tell('participant.withdrew', { data: { waiting: ZAHRA } });
  await terminal.shows('▸ Eve');
  server.tell('participant.waiting', { room: 'standup', identity: ZAHRA.identity, data: { waiting: ZAHRA } });
  await terminal.shows(/Zahra .* waits[^\n]*\n▸ Eve/);
  server.tell('participant.waiting', { room: 'standup', identity: ZAHRA.identity, data: { waiting: ZAHRA } });
  await terminal.press('k');
  await terminal.shows('asked 2 times');
});

test('the one who is selected is let in, not the one who waits longest; several are picked and refused at once', async () => {
  const { terminal, server } = await open();
  await terminal.press('Enter');
  await terminal.shows('▸ Zahra');
  await terminal.press('j', 'a');
  await terminal.shows('Eve is let into standup');
  await terminal.press('K');
  await terminal.shows('kick: who waits is not in yet');
  await terminal.press('*');
  await terminal.shows('3 marked');
  await terminal.press('d');
  const asked = await terminal.shows('Keep out 2 people?');
  expect(asked).toContain('Zahra (g_zahra) for standup');
  expect(asked).not.toContain('Ali (');
  await terminal.press('y');
  await terminal.shows('2 people are kept out of standup; U takes it back');
  await terminal.shows(/^▸\*Ali/m);
  expect(server.asked.map(({ call }) => call)).toEqual([
    'POST /api/room/standup/participants/g_eve/admit',
    'POST /api/room/standup/participants/g_zahra/refuse',
    'POST /api/room/standup/participants/g_omid/refuse',
  ]);
});

test('from the list of rooms a lets in who waits longest and W everybody; in Participants W is for all rooms', async () => {
  const { terminal, server } = await open();
  await terminal.press('a');
  await terminal.shows('Zahra is let into standup');
  await terminal.shows(/▸ standup .* 2 wait/);
  await terminal.press('2');
  await terminal.shows(/▸ Eve .* waits/);
  await terminal.press('W');
  await terminal.shows('Let in 3 people?');
  await terminal.press('y');
  await terminal.shows('3 people are let into 2 rooms');
  await terminal.hides(/\d waits?/);
  await terminal.press('W');
  await terminal.shows('admit all: nobody waits to be let in');
  expect(server.asked).toHaveLength(4);
});

test('it is said aloud who waits', async () => {
  const { terminal, server } = await open({ env: { DIDAR_SCREEN_READER: '1' }, height: 60, waiting: [] });
  await terminal.shows('Rooms, 2 rows');
  server.tell('participant.waiting', { room: 'tehran', identity: SARA.identity, data: { waiting: SARA } });
  await terminal.shows('1 person waits to be let in: Sara for tehran');
});
