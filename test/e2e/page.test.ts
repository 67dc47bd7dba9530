import { afterAll, beforeAll, describe, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import type { Room } from '../../src/modules/rooms/model.ts';
import { findChromium, joinByPage, startChromium } from '../harness/browser.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { createRoom, participants } from '../harness/people.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const PATIENCE = { timeout: 45_000 };
const chromium = await findChromium();

describe.skipIf(chromium === undefined)('the meeting page, in a real browser', () => {
  let didar: Didar;
  let browser: Browser;
  let room: Room;
  let ada: Page;
  let grace: Page;

  beforeAll(async () => {
    didar = await startDidar();
    room = await createRoom(didar);
    browser = await startChromium(chromium ?? '');
    const link = `${didar.url}/room/${room.name}`;
    ada = await joinByPage(browser, link, 'Ada');
    grace = await joinByPage(browser, link, 'Grace');
  });

  afterAll(async () => {
    await browser?.close();
    await didar?.cleanUp();
  });

  test('two people see each other move', async () => {
    for (const page of [ada, grace]) {
      await page.waitForFunction(
        () => {
          const moving = [...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0);
          return moving.length >= 2 && moving.every((video) => video.currentTime > 0);
        },
        undefined,
        PATIENCE,
      );
    }
    await ada.getByText('Grace', { exact: true }).waitFor(PATIENCE);
  });

  test('who turns the microphone off is shown as muted to the other', async () => {
    await grace.click('#mic');
    await ada.getByText('Grace · muted').waitFor(PATIENCE);
  });

  test('who is kicked is told so, and can not come back', async () => {
    const person = (await participants(didar, room.name)).find(({ name }) => name === 'Grace');
    await asAdmin(didar, `/api/room/${room.name}/participants/${person?.identity}/kick`, { method: 'POST' });
    await grace.getByText('A moderator removed you from the meeting.').waitFor(PATIENCE);
    await grace.click('button[type=submit]');
    await grace.getByText('may not come back yet').waitFor(PATIENCE);
  });

  test('leaving by the button is seen at once', async () => {
    await ada.click('#leave');
    await ada.getByText('You left the meeting.').waitFor(PATIENCE);
    await eventually(async () => (await participants(didar, room.name)).length === 0, 'an empty room');
  });
});
