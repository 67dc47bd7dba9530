import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { createServer as createTlsServer } from 'node:tls';
import { Webhook } from 'standardwebhooks';
import { systemClock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { createSelfSignedStore } from '../../network/tls/self-signed-store.ts';
import { createPost } from './post.ts';
import { createSend } from './send.ts';
import { createTarget } from './target.ts';

const SECRET = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`;
const BODY = JSON.stringify({ type: 'room.created', data: { title: 'Besprechung für alle' } });

const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

function listening(server: Server): Promise<number> {
  closes.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** What answers each connection with these bytes, and counts connections. */
async function receiver(answer: string) {
  const seen = { connections: 0, port: 0 };
  const server = createServer((socket) => {
    seen.connections += 1;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(answer));
  });
  seen.port = await listening(server);
  return seen;
}

function sender(resolve?: (host: string) => Promise<readonly string[]>, limitMs = 5_000) {
  return createSend({
    findTarget: createTarget({ allowedNetworks: ['127.0.0.1'], ...(resolve && { resolve }) }),
    post: createPost({ clock: systemClock, limitMs }),
    clock: systemClock,
    version: '1.0.0',
  });
}

const send = (url: string, how = sender()) => how({ id: 'msg_1', url, secret: SECRET, body: BODY });
const codeOf = (sent: Promise<unknown>) =>
  sent.then(
    () => 'sent',
    (error) => (error instanceof DomainError ? error.code : String(error)),
  );

describe('a receiver', () => {
  test('that uses the library of the Standard Webhooks spec takes the message in', async () => {
    const taken: unknown[] = [];
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        taken.push(new Webhook(SECRET).verify(await request.text(), Object.fromEntries(request.headers)));
        taken.push(new URL(request.url).pathname, request.headers.get('host'));
        return new Response('thanks');
      },
    });
    closes.push(() => server.stop(true));
    expect(await send(`http://127.0.0.1:${server.port}/hook?a=1`)).toBe(200);
    expect(taken).toEqual([JSON.parse(BODY), '/hook', `127.0.0.1:${server.port}`]);
  });

  test.each([
    [
      'that wants to see the body first',
      'sent',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    ],
    ['that has a fault of its own', 'webhook_refused', 'HTTP/1.1 500 Internal Server Error\r\n\r\n'],
    ['that speaks something else, without end', 'webhook_unreachable', 'SSH-2.0-x\r\n'.repeat(2000)],
  ])('%s: %s', async (_which, outcome, answer) => {
    const { port } = await receiver(answer);
    expect(await codeOf(send(`http://127.0.0.1:${port}/`))).toBe(outcome);
  });

  test('that sends elsewhere is not followed there', async () => {
    const elsewhere = await receiver('HTTP/1.1 200 OK\r\n\r\n');
    const { port } = await receiver(
      `HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:${elsewhere.port}/\r\n\r\n`,
    );
    expect(await codeOf(send(`http://127.0.0.1:${port}/`))).toBe('webhook_refused');
    expect(elsewhere.connections).toBe(0);
  });

  test.each([
    ['in seconds', '120', 120_000],
    ['as a date', new Date(Date.now() + 120_000).toUTCString(), 120_000],
    ['as a date that is past', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['as nobody understands it', 'soon', undefined],
  ])('that asks to be left alone, %s, is understood', async (_how, text, ms) => {
    const head = `HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nretry-after: ${text}\r\n`;
    const { port } = await receiver(`${head}\r\nRetry-After: 1\r\n`);
    const refused = await send(`http://127.0.0.1:${port}/`).catch((error: DomainError) => error.details);
    const { status, retryAfterMs } = refused as { status: number; retryAfterMs?: number };
    expect(status).toBe(429);
    if (ms === undefined) expect(retryAfterMs).toBeUndefined();
    else expect(Math.abs((retryAfterMs ?? 0) - ms)).toBeLessThan(5_000);
  });

  test('that breaks off after its status has answered', async () => {
    const { port } = await receiver('HTTP/1.1 503 Service Unavailable\r\nRetry-A');
    const refused = await send(`http://127.0.0.1:${port}/`, sender(undefined, 500)).catch((error) => error);
    expect(refused).toMatchObject({ code: 'webhook_refused', details: { status: 503 } });
  });

  test('that takes too long is given up on', async () => {
    const { port } = await receiver('');
    expect(await codeOf(send(`http://127.0.0.1:${port}/`, sender(undefined, 200)))).toBe('webhook_no_answer');
  });

  test('that is not there is told as such', async () => {
    const { port } = await receiver('');
    await closes.pop()?.();
    expect(await codeOf(send(`http://127.0.0.1:${port}/`))).toBe('webhook_unreachable');
  });
});

describe('the address', () => {
  test.each([
    'http://127.0.0.2/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://10.1.2.3/',
    'http://192.168.1.1:8080/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://[fd00::1]/',
    'http://0.0.0.0/',
    'http://255.255.255.255/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[2002:a00:1::]/',
    'http://2130706434/',
    'http://0x7f.2/',
  ])('%s is not reached', async (url) => {
    expect(await codeOf(send(url))).toBe('webhook_address_refused');
  });

  test('of a name is asked for once, and the one that was checked is the one that is reached', async () => {
    const { port } = await receiver('HTTP/1.1 200 OK\r\n\r\n');
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let asked = 0;
    const rebinding = async () => answers[Math.min(asked++, 1)] ?? [];
    expect(await codeOf(send(`http://rebind.example:${port}/`, sender(rebinding)))).toBe('sent');
    expect(asked).toBe(1);
    // The next delivery asks anew, and is refused.
    expect(await codeOf(send(`http://rebind.example:${port}/`, sender(rebinding)))).toBe(
      'webhook_address_refused',
    );
  });

  test('of a name that has a private one among others is not reached', async () => {
    const mixed = async () => ['127.0.0.1', '192.168.0.1'];
    expect(await codeOf(send('http://mixed.example/', sender(mixed)))).toBe('webhook_address_refused');
  });

  test('of a name that there is not is told as such', async () => {
    const nowhere = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await codeOf(send('http://nowhere.example/', sender(nowhere)))).toBe('webhook_unresolved');
  });
});

test('a certificate that nobody vouches for keeps the message back', async () => {
  const directory = mkdtempSync(`${tmpdir()}/didar-webhook-`);
  closes.push(() => rmSync(directory, { recursive: true, force: true }));
  const store = await createSelfSignedStore({
    host: 'a.example',
    addresses: [],
    directory,
    clock: systemClock,
    log: silentLogger,
  });
  let bytes = 0;
  const server = createTlsServer(store.current(), (socket) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
  });
  server.on('tlsClientError', () => undefined);
  const port = await listening(server);
  const there = async () => ['127.0.0.1'];
  expect(await codeOf(send(`https://a.example:${port}/`, sender(there)))).toBe('webhook_unreachable');
  expect(bytes).toBe(0);
});
