import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { DARK_SCREEN, LIGHT_SCREEN, readCode } from './bitmap.ts';
import { fakeNetwork, fakeRoom } from './fake-world.ts';
import { type Shown, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const LINK = 'https://meet.example.org/room/weekly-planning';
const COLOURS = { TERM: 'screen-256color', NO_COLOR: undefined, COLORFGBG: undefined, COLORTERM: undefined };
const NO_COLOURS = { ...COLOURS, NO_COLOR: '1' };
const ASCII = { LC_ALL: 'C' };
const SMALL = { width: 80, height: 24 };
const LARGE = { width: 130, height: 50 };

test.each([
  ['on a dark screen', COLOURS, SMALL, DARK_SCREEN],
  ['on a light screen that nobody told us of', COLOURS, SMALL, LIGHT_SCREEN],
  ['on a light screen', { ...COLOURS, COLORFGBG: '0;15' }, SMALL, LIGHT_SCREEN],
  ['in 16 colours', { ...COLOURS, TERM: 'xterm' }, SMALL, DARK_SCREEN],
  ['in true colour, with its whole margin', { ...COLOURS, COLORTERM: 'truecolor' }, LARGE, DARK_SCREEN],
  ['without colours', NO_COLOURS, SMALL, DARK_SCREEN],
  ['without colours on a light screen', { ...NO_COLOURS, COLORFGBG: '0;15' }, SMALL, LIGHT_SCREEN],
  ['in ASCII', { ...COLOURS, ...ASCII }, LARGE, DARK_SCREEN],
  ['in ASCII on a light screen', { ...COLOURS, ...ASCII }, LARGE, LIGHT_SCREEN],
  ['in ASCII without colours', { ...NO_COLOURS, ...ASCII }, LARGE, DARK_SCREEN],
] as const)('a camera reads the code of a join link %s', async (_where, env, size, screen) => {
  shown = await show({ rooms: [fakeRoom('weekly-planning')], network: fakeNetwork(), env, ...size });
  const { terminal } = shown;
  await terminal.shows('weekly-planning');
  await terminal.press('c');
  await terminal.shows(`  ${LINK}`);
  await terminal.shows('failed: see 3');
  expect(readCode(await terminal.colours(), screen)).toBe(LINK);
});

test('a new server shows its address so that a camera reads it', async () => {
  shown = await show({ rooms: [], network: fakeNetwork(), env: COLOURS, width: 100 });
  await shown.terminal.shows('Press n to make one');
  await shown.terminal.shows('█▀▀');
  expect(readCode(await shown.terminal.colours(), DARK_SCREEN)).toBe('https://meet.example.org');
});
