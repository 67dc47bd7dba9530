import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fakeNetwork, fakeParticipant, fakeRoom } from './fake-world.ts';
import { type Shown, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

test('the dashboard opens as it was left: view, order and colours, in a file for its owner alone', async () => {
  const world = {
    rooms: [fakeRoom('alpha'), fakeRoom('beta')],
    participants: [fakeParticipant('beta', 'Ali')],
    env: { TERM: 'screen-256color', NO_COLOR: undefined },
  };
  shown = await show(world);
  const { terminal } = shown;
  await terminal.shows(/alpha[^\n]*\n[^\n]*beta/);
  await terminal.press('s');
  await terminal.shows('people, most first');
  await terminal.press('Down', 'Enter');
  await terminal.shows(/beta[^\n]*\n[^\n]*alpha/);
  await terminal.press('T');
  await terminal.shows('colours for a light background');
  await terminal.press('q');
  expect(await terminal.exitCode()).toBe(0);
  expect(statSync(join(shown.reports, 'dashboard.json')).mode & 0o777).toBe(0o600);
  const again = await shown.openAgain();
  await again.shows(/beta[^\n]*\n[^\n]*alpha/);
  await again.press('T');
  await again.shows('colours for a dark background');
});

test('a new server shows how to begin, whether meetings can work, and where, as a QR code too', async () => {
  shown = await show({ rooms: [], network: fakeNetwork(), width: 100 });
  await shown.terminal.shows('Press n to make one');
  await shown.terminal.shows(/livekit is ready; .* failed: see 3/);
  await shown.terminal.shows('█▀▀');
  await shown.terminal.press('n');
  await shown.terminal.shows('New room');
  await shown.terminal.type('weekly');
  await shown.terminal.press('Tab', 'Tab', 'Tab', 'Tab', 'Enter');
  await shown.terminal.shows(/^ +https:\/\/meet.example.org\/room\/weekly$/m);
  await shown.terminal.shows('Join link of weekly');
  await shown.terminal.shows('█▀▀');
  await shown.terminal.resize(60, 16);
  await shown.terminal.shows('A larger window shows a QR code too.');
  await shown.terminal.press('Escape');
  await shown.terminal.shows('▸ weekly');
});
