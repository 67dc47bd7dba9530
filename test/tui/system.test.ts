import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { fakeNetwork, fakeRoom, fakeSystem, fakeUsage } from './fake-world.ts';
import { type Shown, type ShownOptions, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

async function open(options: ShownOptions = {}) {
  shown = await show({
    rooms: [fakeRoom('standup')],
    network: fakeNetwork(),
    usage: fakeUsage(),
    ...options,
  });
  await shown.terminal.shows('standup');
  await shown.terminal.press('9');
  return shown.terminal;
}

test('a wide screen has two charts beside one another, each with its unit, scale and peak, and no need to scroll', async () => {
  const terminal = await open({ width: 120, height: 40 });
  const screen = await terminal.shows(
    /CPU 26 % +peak 52 % of 2 processors, load 0.7 +Memory 2.3 GB +peak 2.8 GB of 4.0 GB/,
  );
  expect(screen).toMatch(/ 100 % │.* 4.0 GB │/);
  expect(screen).toMatch(/ 0 % │ .*[▁▂▃▄▅▆▇█]+.* 0 B │ .*█+/);
  expect(screen).toMatch(/didar +2 % │.*didar +60.0 MB │/);
  expect(screen).toMatch(/Media in 3.9 Mbit\/s .*Media out 17.4 Mbit\/s/);
  expect(screen).toMatch(/ 10.0 Mbit\/s │.* 50.0 Mbit\/s │/);
  expect(screen).toMatch(/Lost packets 0.4 % .*Joins 0 \/min/);
  expect(screen).toContain('the last 60 minutes');
  expect(screen).toMatch(/People 37 people in meetings, peak 39 +Disk/);
  expect(screen).toMatch(/turn-tls .* 4 now/);
  expect(screen).toContain('31.2 GB free of 80.0 GB');
  expect(screen).not.toContain('j down');
});

test('a narrow one has them below one another, to be scrolled through, in the smallest terminal too', async () => {
  const terminal = await open();
  await terminal.shows(/^ {2}CPU 26 % +peak 52 % of 2 processors, load 0.7 *$/m);
  await terminal.shows('j down');
  await terminal.press('G');
  await terminal.shows('full in 3 d 14 h at this rate');
  await terminal.resize(60, 16);
  await terminal.press('g');
  await terminal.shows(/CPU 26 % +peak 52 % of 2 processors, load 0.7/);
  await terminal.press('PageDown');
  await terminal.shows(/Memory 2.3 GB/);
});

test('without Unicode the charts are made of plain signs, and without colour a word says what is too much', async () => {
  const usage = fakeUsage();
  const cpuMachine = usage.series.cpuMachine.map((value, i) => (i > 350 ? 97 : value));
  const terminal = await open({
    env: { LC_ALL: 'C', NO_COLOR: '1' },
    network: undefined,
    usage: {
      ...usage,
      series: { ...usage.series, cpuMachine },
      disks: [{ holds: ['recordings'], path: '/srv', total: 100e9, free: 4e9 }],
    },
  });
  const screen = await terminal.shows('CPU 97 %, overloaded');
  expect(screen).toMatch(/ 0 % \|.*#+/);
  expect(screen).not.toMatch(/[▁▂▃▄▅▆▇█│]/);
  await terminal.press('G');
  await terminal.shows(/recordings .* 96 % full, 4.0 GB free/);
  await terminal.shows('nearly full');
});

test('what keeps the server from its work stands above the charts, and a livekit elsewhere is said to be there', async () => {
  const usage = fakeUsage();
  const terminal = await open({
    height: 40,
    system: {
      ...fakeSystem({ mode: 'external', pid: null, startedAt: null }),
      checks: {
        ...fakeSystem().checks,
        clock: { ok: false, reason: 'The clock was set back.', fix: 'Let a time server set it.' },
      },
    },
    usage: {
      ...usage,
      cpu: usage.cpu && { ...usage.cpu, livekit: null },
      memory: usage.memory && { ...usage.memory, livekit: null },
    },
  });
  const screen = await terminal.shows(/livekit +ready 1.13.5, runs elsewhere/);
  expect(screen).toMatch(/clock +The clock was set back.\s+fix +Let a time server set it./);
  await terminal.shows(/livekit +elsewhere │/);
});

test('a server of an older version is said not to tell it', async () => {
  const terminal = await open({ usage: undefined, network: undefined });
  await terminal.shows('does not tell what it uses');
});
