import { Elysia } from 'elysia';
import { bundle } from '../lib/bundle.ts';
import { embeddedText } from '../lib/embedded-text.ts';
import accountHtml from './account/index.html' with { type: 'text' };
import { bundlePage } from './bundle-page.ts';
import html from './page/index.html' with { type: 'text' };
import css from './page/page.css' with { type: 'text' };

const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  // The page talks to this server and to a media server that may be elsewhere; it takes scripts from here alone.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; " +
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), autoplay=(self)',
};

/**
 * The pages: the meeting (`/`, `/room/:name`), the account (`/account`), and their assets. They know nothing of rooms
 * and people: they ask the API like anyone.
 */
export const webRoutes = () => {
  const page = asset(String(html), 'text/html; charset=utf-8');
  const style = asset(css, 'text/css; charset=utf-8');
  const account = asset(String(accountHtml), 'text/html; charset=utf-8');
  const script = (page: 'meeting' | 'account') =>
    once(async () => asset(await scriptText(page), 'text/javascript; charset=utf-8'));
  const [meetingScript, accountScript] = [script('meeting'), script('account')];

  return new Elysia({ name: 'web', detail: { hide: true } })
    .get('/', ({ request }) => page(request))
    .get('/room/:name', ({ request }) => page(request))
    .get('/web/page.css', ({ request }) => style(request))
    .get('/account', ({ request }) => account(request))
    .get('/web/page.js', async ({ request }) => (await meetingScript())(request))
    .get('/web/account.js', async ({ request }) => (await accountScript())(request));
};

function scriptText(page: 'meeting' | 'account'): Promise<string> {
  return bundle ? embeddedText(bundle.pageScripts[page]) : bundlePage(page);
}

/** Answers with a text, or 304 when the browser has that very text already. */
function asset(text: string, type: string): (request: Request) => Response {
  const etag = `"${Bun.hash(text).toString(36)}"`;
  const headers = { ...PAGE_HEADERS, 'content-type': type, etag };
  return (request) =>
    request.headers.get('if-none-match') === etag
      ? new Response(null, { status: 304, headers })
      : new Response(text, { headers });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
