import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { fakeParticipant, fakeRoom } from './fake-world.ts';
import { type Shown, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

async function open() {
  shown = await show({
    rooms: [fakeRoom('standup')],
    participants: [fakeParticipant('standup', 'Ali'), fakeParticipant('standup', 'Zoë')],
  });
  await shown.terminal.shows('standup');
  return shown;
}

test('U takes back a kick, and then the permissions that were changed before it', async () => {
  const { terminal, server } = await open();
  await terminal.press('U');
  await terminal.shows('undo: nothing was done here that can be taken back');
  await terminal.press('2');
  await terminal.shows('▸ Ali');
  await terminal.press('p');
  await terminal.shows('Permissions of Ali');
  await terminal.press('Space', 'Up', 'Up', 'Enter');
  await terminal.shows('has the new permissions');
  await terminal.press('K');
  await terminal.shows('Kick Ali?');
  await terminal.press('y');
  await terminal.shows('U takes it back');
  await terminal.press('U');
  await terminal.shows('Ali may enter standup again');
  await terminal.press('U');
  await terminal.shows('Ali has the permissions of before');
  expect(server.asked.slice(-2)).toEqual([
    { call: 'DELETE /api/room/standup/denials/d_standup_u_ali', body: {} },
    {
      call: 'PATCH /api/room/standup/participants/u_ali',
      body: {
        permissions: {
          publish: ['microphone', 'camera', 'screen_share', 'screen_share_audio'],
          subscribe: true,
          data: true,
        },
      },
    },
  ]);
});

test('a locked room is unlocked, and a closed one opened again', async () => {
  const { terminal, server } = await open();
  await terminal.press('L');
  await terminal.shows(/▸ standup .* locked/);
  await terminal.press('X');
  await terminal.shows('Close standup?');
  await terminal.press('y');
  await terminal.shows(/▸ standup .* closed/);
  await terminal.press('U');
  await terminal.shows('standup is open again');
  await terminal.press('U');
  await terminal.shows('standup is unlocked');
  await terminal.shows(/▸ standup .* open/);
  expect(server.asked.map(({ body }) => body)).toEqual([
    { locked: true },
    { state: 'closed' },
    { state: 'open' },
    { locked: false },
  ]);
});

test('D shows who is kept out of a room and lets one of them in again', async () => {
  const { terminal, server } = await open();
  await terminal.press('D');
  await terminal.shows('nobody is kept out of standup');
  await terminal.press('Enter');
  await terminal.shows('▸ Ali');
  await terminal.press('B');
  await terminal.shows('Ban Ali?');
  await terminal.press('y');
  await terminal.hides('▸ Ali');
  await terminal.press('D');
  await terminal.shows('Ali (banned by local)');
  await terminal.press('Down', 'Enter');
  await terminal.shows('Ali may enter standup again');
  expect(server.asked.at(-1)?.call).toBe('DELETE /api/room/standup/denials/d_standup_u_ali');
});
