import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine with a camera and a microphone that it makes up; undefined where there is none. */
export async function findChromium(): Promise<string | undefined> {
  for (const path of PLACES) if (await Bun.file(path).exists()) return path;
  return undefined;
}

/** Starts it with a profile of its own. It believes certificates of private authorities, for the page and for TURN. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--ignore-certificate-errors',
    ],
  });
}

/** A person in a browser of their own who opens a room's link and joins. */
export async function joinByPage(
  browser: Browser,
  link: string,
  name: string,
  options: { readonly before?: (page: Page) => Promise<unknown> } = {},
): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await options.before?.(page);
  await page.goto(link);
  await page.fill('#name', name);
  await page.click('button[type=submit]');
  return page;
}
