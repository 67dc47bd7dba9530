import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { FAKE_FINDINGS, fakeNetwork, fakeParticipant, fakeRoom, fakeUsage } from './fake-world.ts';
import { type Shown, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(() => shown?.close());

test('for a screen reader everything is a line of its own, below what was said before', async () => {
  shown = await show({
    rooms: [fakeRoom('standup'), fakeRoom('tehran')],
    participants: [fakeParticipant('standup', 'Ali')],
    network: fakeNetwork(),
    usage: fakeUsage(),
    findings: FAKE_FINDINGS,
    height: 60,
    env: { DIDAR_SCREEN_READER: '1' },
  });
  const { terminal, server } = shown;
  await terminal.shows('Rooms, 2 rows');
  expect(await terminal.ask('alternate_on')).toBe('0');
  await terminal.shows('room standup, people 1');
  await terminal.press('j');
  await terminal.shows('room tehran, people 0');
  await terminal.press('2');
  await terminal.shows('Participants, 1 row');
  await terminal.shows('name Ali, room standup');
  for (const speaking of [['u_ali'], [], ['u_ali']])
    server.tell('speaking.changed', { room: 'standup', data: { speaking } });
  await terminal.press('K');
  // Whoever speaks begins and ends several times a second: that would be said without end.
  expect((await terminal.shows('Kick Ali?')).match(/name Ali/g)).toHaveLength(1);
  await terminal.shows('Cancel, answer 1 of 2');
  await terminal.press('Right');
  await terminal.shows('Kick, answer 2 of 2');
  await terminal.press('Enter');
  const screen = await terminal.shows('Ali out of standup');
  expect(screen).toContain('room tehran, people 0');
  expect(server.asked).toHaveLength(1);
  await terminal.press('3');
  await terminal.shows('99.1 % got through');
  await terminal.press('9');
  await terminal.shows('CPU: 26 %, peak 52 % of 2 processors');
  await terminal.shows('full in 3 d 14 h at this rate');
  await terminal.press('6');
  await terminal.shows('fix: Open 3478/udp');
  await terminal.press('q');
  expect(await terminal.exitCode()).toBe(0);
});
