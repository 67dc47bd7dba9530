import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { fakeParticipant, fakeRoom } from './fake-world.ts';
import { type Shown, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const HERE = { rooms: [fakeRoom('standup')], participants: [fakeParticipant('standup', 'Ali')] };
const PROD = { rooms: [fakeRoom('board'), fakeRoom('zurich')] };

const firstLine = (screen: string) => screen.split('\n')[0] ?? '';

test('another server is gone to by its name and back, and the first line says which one it is', async () => {
  shown = await show({ ...HERE, elsewhere: { prod: PROD } });
  const { terminal } = shown;
  expect(firstLine(await terminal.shows('standup'))).toContain('didar  this machine');
  await terminal.press('s');
  await terminal.shows('Sort by');
  await terminal.press('Enter');
  await terminal.press(':');
  await terminal.type('prod');
  await terminal.shows(/▸ server +prod/);
  await terminal.press('Enter');
  const there = await terminal.shows('didar  [prod]');
  await terminal.shows(/zurich[^\n]*\n[^\n]*board/);
  expect(there).not.toContain('standup');
  await terminal.press('n');
  await terminal.shows('New room');
  await terminal.press('Escape', ':');
  await terminal.type('this machine');
  await terminal.shows(/▸ server +this machine/);
  await terminal.press('Enter');
  await terminal.shows('standup');
  await terminal.hides('zurich');
  await terminal.press('q');
  expect(await terminal.exitCode()).toBe(0);
  expect(shown.server.asked).toEqual([]);
});

test('where the other server does not answer this one stays, also when it is away itself', async () => {
  shown = await show({ ...HERE, elsewhere: { nowhere: undefined, prod: PROD } });
  const { terminal, server } = shown;
  await terminal.shows('standup');
  await terminal.press(':');
  await terminal.type('nowhere');
  await terminal.shows(/▸ server +nowhere/);
  await terminal.press('Enter');
  await terminal.shows('nowhere: nobody answers there');
  expect(firstLine(await terminal.shows('standup'))).toContain('this machine');
  await server.stop();
  await terminal.shows(/this machine +reconnecting/);
  await terminal.press(':');
  await terminal.type('prod');
  await terminal.shows(/▸ server +prod/);
  await terminal.press('Enter');
  await terminal.shows('zurich');
  await terminal.hides('reconnecting');
});

test('a server that was started here is asked about from elsewhere too', async () => {
  shown = await show({ ...HERE, owns: true, elsewhere: { prod: PROD } });
  const { terminal } = shown;
  await terminal.shows('standup');
  await terminal.press(':');
  await terminal.type('prod');
  await terminal.shows(/▸ server +prod/);
  await terminal.press('Enter');
  await terminal.shows('zurich');
  await terminal.press('q');
  await terminal.shows('It started the server on this machine');
  await terminal.shows('Whoever is in a meeting there');
  await terminal.press('s');
  expect(await terminal.exitCode()).toBe(0);
  await terminal.shows('the server is to be stopped');
});
