import { afterEach, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { systemClock } from '../../lib/clock.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ClientInfo, type Front, type FrontOptions, startFront } from './front.ts';

const defaults: FrontOptions = {
  bind: '127.0.0.1',
  port: 0,
  trustedProxies: [],
  handle: () => new Response('from the app'),
  signalling: {
    admit: () => ({ ok: false, status: 403, code: 'no', message: 'no' }),
    target: () => undefined,
  },
  log: silentLogger,
  clock: systemClock,
  maxBodyBytes: 1000,
};

const open: Front[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop(0)));
});

async function front(options: Partial<FrontOptions> = {}): Promise<Front> {
  const started = await startFront({ ...defaults, ...options });
  open.push(started);
  return started;
}

/** What a server answers to bytes that fetch would never send. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(text);
  });
}

test('a request reaches the application with its client', async () => {
  const seen: ClientInfo[] = [];
  const { url } = await front({
    handle: async (request, client) => {
      seen.push(client);
      return Response.json({ path: new URL(request.url).pathname, body: await request.text() });
    },
  });
  const answer = await fetch(`${url}/api/x`, { method: 'POST', body: 'hello' });
  expect(await answer.json()).toEqual({ path: '/api/x', body: 'hello' });
  expect(seen).toEqual([{ address: '127.0.0.1', transport: 'tcp', secure: false }]);
});

describe('a body that is too large', () => {
  const echo = { handle: async (request: Request) => new Response(String((await request.text()).length)) };

  test('is refused by its declared length, before it is sent', async () => {
    const { url } = await front(echo);
    const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(1001) });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'body_too_large', status: 413 });
  });

  test('is refused while it is read when no length was declared', async () => {
    const { port } = await front(echo);
    const chunked = (size: number) =>
      raw(
        port,
        `POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`,
      );
    expect(await chunked(1000)).toEndWith('1000');
    const refused = await chunked(1001);
    expect(refused).toStartWith('HTTP/1.1 413');
    expect(refused).toContain('body_too_large');
  });
});

test('a request without a Host header is told so', async () => {
  const { port } = await front();
  expect(await raw(port, 'GET / HTTP/1.0\r\n\r\n')).toContain('host_missing');
});

test('an unexpected error shows nothing of its insides', async () => {
  const { url } = await front({ handle: () => Promise.reject(new Error('the password is 1234')) });
  const answer = await fetch(url);
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ code: 'internal' });
  expect(text).not.toContain('1234');
});

test('a port in use is named with its holder and the key to change', async () => {
  const { port } = await front();
  const failure = startFront({ ...defaults, port });
  await expect(failure).rejects.toMatchObject({ code: 'port_in_use' });
  await expect(failure).rejects.toThrow(`pid ${process.pid}`);
  await expect(failure).rejects.toHaveProperty('fix', expect.stringContaining('server.port'));
});

test('an address of another machine is named with the key to change', async () => {
  const failure = startFront({ ...defaults, bind: '203.0.113.77' });
  await expect(failure).rejects.toMatchObject({ code: 'address_unavailable' });
  await expect(failure).rejects.toHaveProperty('fix', expect.stringContaining('server.bind'));
});

test('a stop lets an answer under way finish and cuts what is left at the deadline', async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const quick = await front({
    handle: async () => {
      started.resolve();
      await release.promise;
      return new Response('finished');
    },
  });
  const answer = fetch(quick.url).then((response) => response.text());
  await started.promise;
  const stopped = quick.stop(20_000);
  release.resolve();
  expect(await answer).toBe('finished');
  await stopped;

  const begun = Promise.withResolvers<void>();
  const stuck = await front({
    handle: () => {
      begun.resolve();
      return new Promise<Response>(() => undefined);
    },
  });
  const cut = fetch(stuck.url).then(
    () => 'answered',
    () => 'cut',
  );
  await begun.promise;
  await stuck.stop(50);
  expect(await cut).toBe('cut');
});
