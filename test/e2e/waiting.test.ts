import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import type { JoinAnswer, JoinWaiting, Room, RoomCreate } from '../../src/modules/rooms/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import { findChromium, joinByPage, startChromium } from '../harness/browser.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type EventStream, openStream } from '../harness/event-stream.ts';
import { ok, type Problem } from '../harness/http.ts';
import { type Attendee, attend, createRoom, participant, participants } from '../harness/people.ts';
import { createRtcClient } from '../harness/rtc-client/client.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const PATIENCE = { timeout: 45_000 };
const OUT_WITHIN_MS = 1_000;

describe('a room with approval', () => {
  let didar: Didar;
  let room: Room;
  const streams: EventStream[] = [];
  const attendees: Attendee[] = [];

  beforeAll(async () => {
    didar = await startDidar();
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await Promise.all(attendees.splice(0).map(({ client }) => client.close()));
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  const guarded = async (settings: RoomCreate = {}) => {
    room = await createRoom(didar, { approval: true, ...settings });
  };
  const waiting = async () =>
    (await asAdmin<{ items: Waiting[] }>(didar, `/api/room/${room.name}/waiting`)).items;
  const say = (verb: 'admit' | 'refuse', identity: string) =>
    asAdmin<Waiting>(didar, `/api/room/${room.name}/participants/${identity}/${verb}`, { method: 'POST' });
  const knock = (json: object) =>
    didar.api<JoinWaiting & JoinAnswer & Problem>('/api/room/join', { json: { room: room.name, ...json } });

  const shell = (args: string[], options: { stdin?: string } = {}) =>
    didar.cli(['room', ...args, '--socket', didar.socket], options);

  async function follow({ streamUrl }: JoinWaiting): Promise<{ until(state: string): Promise<unknown> }> {
    const stream = await openStream({ url: didar.url + streamUrl });
    streams.push(stream);
    return {
      until: (state) => stream.until((event) => (event as unknown as { state: string }).state === state),
    };
  }

  async function come(join: JoinAnswer | JoinWaiting): Promise<Attendee> {
    const attendee = await attend(didar, room.name, { guest: join.guest });
    attendees.push(attendee);
    return attendee;
  }

  test('who is admitted comes in with a real client, and after a kill -9 again without waiting', async () => {
    await guarded();
    const { status, body } = await knock({ name: 'Ada' });
    expect(status).toBe(202);
    const stream = await follow(body);
    await stream.until('waiting');
    expect(await waiting()).toMatchObject([{ name: 'Ada', identity: body.identity, role: 'guest' }]);
    await say('admit', body.identity);
    await stream.until('admitted');
    const ada = await come(body);
    expect(ada.identity).toBe(body.identity);

    await didar.kill9();
    await didar.restart();
    expect((await come(body)).identity).toBe(body.identity);
  });

  test('who is refused is out within a second and stays out, with every token and after a kill -9', async () => {
    await guarded();
    const { body } = await knock({ name: 'Eve' });
    await say('admit', body.identity);
    const eve = await come(body);
    const began = performance.now();
    await say('refuse', body.identity);
    await eve.client.until(({ connection }) => connection === 'disconnected', 'eve to be out', 5_000);
    expect(performance.now() - began).toBeLessThan(OUT_WITHIN_MS);

    const staysOut = async () => {
      expect((await knock({ guest: body.guest })).body.code).toBe('join_refused');
      const stubborn = createRtcClient();
      try {
        await expect(stubborn.connect(eve.join.url, eve.join.token)).rejects.toThrow();
      } finally {
        await stubborn.close();
      }
      expect(await participant(didar, room.name, body.identity)).toBeUndefined();
    };
    await staysOut();
    await didar.kill9();
    await didar.restart();
    await staysOut();

    await say('admit', body.identity);
    expect((await come(body)).identity).toBe(body.identity);
  });

  test('who waits keeps the place over a restart', async () => {
    await guarded();
    const { body } = await knock({ name: 'Ada' });
    await (await follow(body)).until('waiting');
    const [before] = await waiting();
    await didar.restart();
    expect(await waiting()).toEqual([]);
    const stream = await follow(body);
    await stream.until('waiting');
    expect(await waiting()).toEqual(before ? [before] : []);
    await say('admit', body.identity);
    await stream.until('admitted');
  });

  test('a moderator keeps the door from the shell', async () => {
    await guarded();
    const { body } = await knock({ name: 'Ada' });
    const listed = await shell(['waiting', room.name]);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining(body.identity) });
    const admitted = await shell(['admit', room.name, body.identity]);
    expect(admitted.stdout).toBe(`admitted Ada (${body.identity})\n`);
    expect((await knock({ guest: body.guest })).status).toBe(200);
    const refused = await shell(['refuse', room.name, body.identity, '--json']);
    expect(JSON.parse(refused.stdout)).toMatchObject({ state: 'refused', name: 'Ada' });
    const nobody = await shell(['admit', room.name, 'g_nobody']);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain('does not wait');
  });

  test('the shell gives a room its password and its approval', async () => {
    const made = await shell(['create', '--approval', '--password-stdin', '--json'], {
      stdin: 'sesame\n',
    });
    room = JSON.parse(made.stdout);
    expect(room).toMatchObject({ approval: true, hasPassword: true });
    expect((await knock({ name: 'Ada', password: 'sesam' })).body.code).toBe('password_wrong');
    expect((await knock({ name: 'Ada', password: 'sesame' })).status).toBe(202);
    await shell(['set', room.name, '--no-approval', '--no-password']);
    expect((await knock({ name: 'Ada' })).status).toBe(200);
    const invited = await shell(['invite', 'create', room.name, '--role', 'moderator']);
    const token = /#invite=(\S+)/.exec(invited.stdout)?.[1];
    expect(ok(await knock({ name: 'Chair', invite: token })).role).toBe('moderator');
  });
});

const chromium = await findChromium();

describe.skipIf(chromium === undefined)('the meeting page, at a door with password and approval', () => {
  let didar: Didar;
  let browser: Browser;

  beforeAll(async () => {
    didar = await startDidar();
    browser = await startChromium(chromium ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await didar?.cleanUp();
  });

  test('asks for the password where it is needed, has people wait, and lets them in', async () => {
    const room = await createRoom(didar, { approval: true, password: 'sesame' });
    const page = await joinByPage(browser, `${didar.url}/room/${room.name}`, 'Ada');
    await page.getByText('has a password').waitFor(PATIENCE);
    await page.fill('#password', 'sesam');
    await page.click('#join button[type=submit]');
    await page.getByText('is not the password').waitFor(PATIENCE);
    await page.fill('#password', 'sesame');
    await page.click('#join button[type=submit]');
    await page.getByText('has to let you in').waitFor(PATIENCE);
    const { items } = await asAdmin<{ items: Waiting[] }>(didar, `/api/room/${room.name}/waiting`);
    expect(items).toMatchObject([{ name: 'Ada' }]);
    const admit = `/api/room/${room.name}/participants/${items[0]?.identity}/admit`;
    await asAdmin(didar, admit, { method: 'POST' });
    await page.getByText('Ada (you)').waitFor(PATIENCE);
    await page.context().close();
  });

  test('takes an invitation out of the address, and tells who is not let in', async () => {
    const room = await createRoom(didar, { approval: true, access: 'private' });
    const { link } = await asAdmin<{ link: string }>(didar, `/api/room/${room.name}/invites`, { json: {} });
    const page = await joinByPage(browser, link, 'Eve');
    await page.getByText('has to let you in').waitFor(PATIENCE);
    expect(page.url()).toBe(`${didar.url}/room/${room.name}`);
    const { items } = await asAdmin<{ items: Waiting[] }>(didar, `/api/room/${room.name}/waiting`);
    const refuse = `/api/room/${room.name}/participants/${items[0]?.identity}/refuse`;
    await asAdmin(didar, refuse, { method: 'POST' });
    await page.getByText('You were not let in.').waitFor(PATIENCE);
    await eventually(async () => (await participants(didar, room.name)).length === 0, 'nobody inside');
    await page.context().close();
  });
});
