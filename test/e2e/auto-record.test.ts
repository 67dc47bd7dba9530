import '../harness/slow.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import type { Recording } from '../../src/modules/recordings/model.ts';
import { findChromium, startChromium } from '../harness/browser.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom, joinToken, participants } from '../harness/people.ts';
import { recordingIs, recordingsOf, stopRecording } from '../harness/recordings.ts';
import { createRtcClient } from '../harness/rtc-client/client.ts';
import { eventually } from '../harness/within.ts';

const PATIENCE = { timeout: 45_000 };
const chromium = await findChromium();
let didar: Didar;
const people: Attendee[] = [];

beforeAll(async () => {
  didar = await startDidar();
});
afterEach(async () => {
  for (const { client } of people.splice(0)) await client.close();
});
afterAll(() => didar?.cleanUp());

async function enter(room: string, name: string): Promise<Attendee> {
  const attendee = await attend(didar, room, { name });
  people.push(attendee);
  return attendee;
}

const underWay = (room: string) =>
  eventually(
    async () => (await recordingsOf(didar, room)).find(({ state }) => state === 'recording'),
    'a recording under way',
  );

describe('a room that records by itself', () => {
  test('does so from the first person on, and who joins is told', async () => {
    const { name } = await createRoom(didar, { autoRecord: true });
    expect((await joinToken(didar, name)).recording).toBe(true);
    const anna = await enter(name, 'Anna');
    await anna.client.publishMicrophone(440);
    expect(await underWay(name)).toMatchObject({ startedBy: 'room', stoppedBy: null });
    const bert = await enter(name, 'Bert');
    await eventually(() => bert.client.state.metadata === '{"recording":true}', 'Bert being told');
    expect(await recordingsOf(didar, name)).toHaveLength(1);
  });

  test('stays stopped for this meeting when someone has stopped it, and records the next one', async () => {
    const { name } = await createRoom(didar, { autoRecord: true, departureTimeout: 1 });
    const anna = await enter(name, 'Anna');
    const { id } = await underWay(name);
    expect(await stopRecording(didar, id)).toMatchObject({ stoppedBy: 'local' });
    await enter(name, 'Bert');
    await anna.client.publishMicrophone(440);
    await recordingIs(didar, id, 'failed');
    expect((await recordingsOf(didar, name)).map((recording) => recording.id)).toEqual([id]);

    for (const { client } of people) await client.disconnect();
    await eventually(
      async () => (await asAdmin<{ session: unknown }>(didar, `/api/room/${name}`)).session === null,
      'the end of the meeting',
    );
    await enter(name, 'Cleo');
    expect((await underWay(name)).id).not.toBe(id);
  });

  test('begins as soon as that is asked of a room with people in it, from the shell', async () => {
    const { name } = await createRoom(didar);
    await enter(name, 'Anna');
    const set = await didar.cli(['room', 'set', name, '--auto-record', '--socket', didar.socket]);
    expect(set).toMatchObject({ code: 0 });
    expect(set.stdout).toContain('recorded      always');
    await underWay(name);
  });

  test('tells why where it can not, once', async () => {
    const { name } = await createRoom(didar, { autoRecord: true });
    const anna = await joinToken(didar, name);
    const client = createRtcClient();
    people.push({ client, identity: anna.identity, join: anna });
    await client.connect(anna.url, anna.token, { secret: 'between us' });
    await client.publishMicrophone(440);
    const refused = await eventually(
      async () => (await recordingsOf(didar, name)).find(({ state }) => state === 'failed'),
      'the recording that failed',
    );
    expect(refused.cause).toMatchObject({ code: 'room_encrypted', fix: expect.any(String) });
    await enter(name, 'Bert');
    expect(await recordingsOf(didar, name)).toHaveLength(1);
  });
});

describe.skipIf(!chromium)('a room that asks for consent (Chromium)', () => {
  test('lets people in who agree, and nobody else', async () => {
    const { name } = await createRoom(didar, { consent: true });
    expect(await joinToken(didar, name)).toMatchObject({ consent: true, recording: false });
    const browser = await startChromium(chromium ?? '');
    try {
      const page = await browser.newPage();
      await page.goto(`${didar.url}/room/${name}`);
      await page.fill('#name', 'Ada');
      await page.click('#join button[type=submit]');
      await page.getByText('This meeting may be recorded').waitFor(PATIENCE);
      await page.getByText("Don't join").click();
      await page.getByText('You did not join').waitFor(PATIENCE);
      expect(await participants(didar, name)).toEqual([]);
      await page.click('#join button[type=submit]');
      await page.getByText('I agree, join').click();
      await eventually(async () => (await participants(didar, name)).length === 1, 'Ada in the room');
    } finally {
      await browser.close();
    }
  });
});

test('the server can ask for consent in every room', async () => {
  const other = await startDidar({ config: { recording: { consent: true } }, waitFor: 'ready' });
  try {
    const { name } = await createRoom(other);
    expect((await joinToken(other, name)).consent).toBe(true);
    const list = await asAdmin<{ items: Recording[] }>(other, '/api/recording');
    expect(list.items).toEqual([]);
  } finally {
    await other.cleanUp();
  }
});
