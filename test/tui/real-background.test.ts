import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { BackupFile } from '../../src/modules/backups/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { didarCommand, ROOT } from '../harness/executable.ts';
import { createRoom } from '../harness/people.ts';
import '../harness/slow.ts';
import { startTerminal, type Terminal } from '../harness/tmux.ts';
import { eventually } from '../harness/within.ts';

let didar: Didar;
let terminal: Terminal | undefined;
/** What the receiver answers with, and the kinds of messages that it took in. */
let answer = 503;
const received: string[] = [];
const receiver = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { type } = (await request.json()) as { type: string };
    if (answer < 300) received.push(type);
    return new Response(null, { status: answer });
  },
});

beforeAll(async () => {
  didar = await startDidar({ config: { webhooks: { allowedNetworks: ['127.0.0.1'] } } });
});
afterEach(() => terminal?.close());
afterAll(async () => {
  await receiver.stop(true);
  await didar?.cleanUp();
});

async function openDashboard(width: number, height: number): Promise<Terminal> {
  const command = didarCommand().map((part) => (isAbsolute(part) ? part : `${ROOT}/${part}`));
  terminal = await startTerminal({
    command: [...command, 'tui', '--socket', didar.socket],
    env: { ...didar.env, LC_ALL: 'C.UTF-8', XDG_STATE_HOME: `${didar.home}/operator` },
    width,
    height,
  });
  await terminal.shows('livekit ready');
  return terminal;
}

test('a receiver that is down is seen failing; a delivery is given up, seen dead, and goes out again', async () => {
  const screen = await openDashboard(120, 40);
  await screen.press('8');
  await screen.shows('events are sent nowhere');
  await screen.press('n');
  await screen.shows('New webhook');
  await screen.type(`http://127.0.0.1:${receiver.port}/hook`);
  await screen.press('Tab');
  await screen.type('crm');
  await screen.press('Tab');
  await screen.type('room.');
  await screen.press('Tab', 'Tab', 'Enter');
  await screen.shows(/whsec_\S+/);
  await screen.press('Escape');
  await screen.press('p');
  await screen.shows('crm did not take it in');
  await screen.press('Escape');

  const { name } = await createRoom(didar, { name: 'daily' });
  await screen.shows(/▸ crm .*failing now\s+1\s+0\s/);
  await screen.press('7');
  await screen.shows(new RegExp(`▸ deliver events\\s+crm: room:${name}\\s+retrying`));
  await screen.press('X');
  await screen.shows(`Cancel deliver events (crm: room:${name})?`);
  await screen.press('y');
  await screen.shows(/▸ deliver events\s+crm: .*cancelled/);
  await screen.press('Enter');
  await screen.shows(/cancelled by local/);
  await screen.press('Escape', 'o');
  await screen.shows(new RegExp(`▸ room\\.created\\s+room:${name}\\s+dead`));

  answer = 204;
  await screen.press('r');
  await screen.shows(new RegExp(`▸ room\\.created\\s+room:${name}\\s+delivered\\s+1\\s+204`));
  expect(received).toEqual(['room.created']);
  await screen.press('Escape');
  await screen.shows(/▸ crm .*\son\s+0\s+0\s/);
});

test.each([
  [60, 16],
  [80, 24],
] as const)('a backup is made in a window of %dx%d, and is there', async (width, height) => {
  const before = await backups();
  const screen = await openDashboard(width, height);
  await screen.press('0');
  await screen.shows('none are made by themselves');
  await screen.press('b');
  await screen.shows('Make a backup now?');
  await screen.press('y');
  await eventually(async () => (await backups()).length > before.length, 'the backup');
  const [newest] = await backups();
  expect(existsSync(newest?.path ?? '')).toBe(true);
  await screen.shows(/▸ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+now/);
  await screen.press('7');
  await screen.shows(/back up\s+done/);
});

async function backups(): Promise<BackupFile[]> {
  return (await asAdmin<{ items: BackupFile[] }>(didar, '/api/system/backup/files')).items;
}
