import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { until } from '../../../test/fixtures/until.ts';
import { systemClock } from '../../lib/clock.ts';
import { silentLogger } from '../../lib/log.ts';
import { type Front, type SignallingOptions, startFront } from '../front/front.ts';
import { BunWebSocket } from './bun-websocket.ts';

type Frame = string | Uint8Array;

/** A livekit that greets, echoes, and does what a frame asks of it. */
function startFakeLivekit() {
  const seen: { path: string; headers: Record<string, string> }[] = [];
  const closes: { code: number; reason: string }[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request, self) {
      const url = new URL(request.url);
      seen.push({ path: url.pathname + url.search, headers: request.headers.toJSON() });
      if (url.pathname === '/rtc/v9') return new Response('404 page not found', { status: 404 });
      if (url.searchParams.has('refuse') && url.pathname.endsWith('/validate')) {
        return new Response('could not authorize', { status: 401 });
      }
      if (url.searchParams.has('refuse')) return new Response('no', { status: 401 });
      if (url.searchParams.has('broken') && request.headers.has('Upgrade')) {
        return new Response('room is full', { status: 507 });
      }
      return self.upgrade(request) ? undefined : new Response('success');
    },
    websocket: {
      open(ws) {
        ws.send('join response');
        ws.send(new Uint8Array([1, 2, 3]));
      },
      message(ws, message) {
        if (message === 'leave me') ws.close(4001, 'left');
        else if (message === 'crash') ws.terminate();
        else ws.send(message);
      },
      close: (_, code, reason) => void closes.push({ code, reason }),
    },
  });
  return { url: server.url.origin, seen, closes, stop: () => server.stop(true) };
}

let livekit: ReturnType<typeof startFakeLivekit>;
let front: Front;

async function start(signalling: Partial<SignallingOptions> = {}) {
  front = await startFront({
    bind: '127.0.0.1',
    port: 0,
    trustedProxies: [],
    handle: (request) => new Response(`app: ${new URL(request.url).pathname}`, { status: 404 }),
    signalling: {
      admit: (token) =>
        token === 'good'
          ? { ok: true, identity: 'u_ann', room: 'abc' }
          : { ok: false, status: 401, code: 'token_invalid', message: 'The token is not valid.' },
      target: () => livekit.url,
      ...signalling,
    },
    log: silentLogger,
    clock: systemClock,
    maxBodyBytes: 1000,
  });
}

beforeEach(async () => {
  livekit = startFakeLivekit();
  await start();
});

afterEach(async () => {
  await front.stop(0);
  await livekit.stop();
});

function join(path = '/rtc?access_token=good', headers: Record<string, string> = {}) {
  const socket = new BunWebSocket(new URL(path, front.url.replace('http', 'ws')), { headers });
  socket.binaryType = 'arraybuffer';
  const frames: Frame[] = [];
  socket.addEventListener('message', ({ data }) => {
    frames.push(typeof data === 'string' ? data : new Uint8Array(data));
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', (event) => reject(new Error(event.message)));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  opened.catch(() => undefined);
  return { socket, frames, opened, closed };
}

describe('a joined client', () => {
  test('gets the first frames in order, and text and binary both ways', async () => {
    const { socket, frames, opened } = join();
    await opened;
    socket.send('text');
    socket.send(new Uint8Array([9, 8]));
    await until(() => frames.length === 4);
    expect(frames).toEqual(['join response', new Uint8Array([1, 2, 3]), 'text', new Uint8Array([9, 8])]);
    expect(front.connections()).toBe(1);
  });

  test('gets a frame of a megabyte whole', async () => {
    const { socket, frames, opened } = join();
    await opened;
    const large = new Uint8Array(1024 * 1024).map((_, i) => i % 251);
    socket.send(large);
    await until(() => frames.length === 3);
    expect(Bun.hash(frames[2] ?? '')).toBe(Bun.hash(large));
  });

  test('sees the code with which livekit closes, and livekit the one of the client', async () => {
    const left = join();
    await left.opened;
    left.socket.send('leave me');
    expect(await left.closed).toEqual({ code: 4001, reason: 'left' });

    const gone = join();
    await gone.opened;
    gone.socket.close(1001, 'page closed');
    await until(() => livekit.closes.length === 2);
    expect(livekit.closes[1]).toEqual({ code: 1001, reason: 'page closed' });
    expect(front.connections()).toBe(0);
  });

  test('sees a broken connection when livekit dies, and livekit one when the client does', async () => {
    const client = join();
    await client.opened;
    client.socket.send('crash');
    expect((await client.closed).code).toBe(1006);

    const dying = join();
    await dying.opened;
    dying.socket.terminate();
    await until(() => livekit.closes.length === 2);
    expect(livekit.closes[1]?.code).toBe(1006);
  });

  test('is out within a second when dropped, and nobody else is', async () => {
    const ann = join();
    await ann.opened;
    front.drop('abc', 'u_ben');
    front.drop('other', 'u_ann');
    expect(front.connections()).toBe(1);
    front.drop('abc', 'u_ann');
    expect((await ann.closed).code).toBe(1008);
    await until(() => livekit.closes.length === 1);
  });

  test('is told that the server restarts when it stops', async () => {
    const { opened, closed } = join();
    await opened;
    await front.stop(5000);
    expect((await closed).code).toBe(1012);
  });
});

test('a kick reaches a connection that is still being made', async () => {
  const admitted = Promise.withResolvers<void>();
  await front.stop(0);
  // A livekit that takes the connection and says nothing.
  const silent = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { open: () => admitted.resolve(), data: () => undefined },
  });
  await start({ target: () => `http://127.0.0.1:${silent.port}` });
  const { opened } = join();
  await admitted.promise;
  front.drop('abc', 'u_ann');
  await expect(opened).rejects.toThrow('403');
  expect(front.connections()).toBe(0);
  silent.stop(true);
});

describe('livekit is told', () => {
  test('the admitted token, the program and the true address, and none of the addresses a client makes up', async () => {
    const { opened } = join('/rtc/v1?access_token=stolen&sdk=js', {
      Authorization: 'Bearer good',
      'User-Agent': 'app/1',
      'CF-Connecting-IP': '6.6.6.6',
      'X-Forwarded-For': '6.6.6.6',
      'X-Real-IP': '6.6.6.6',
      Forwarded: 'for=6.6.6.6',
      Cookie: 'secret=1',
    });
    await opened;
    const { path, headers } = livekit.seen[0] ?? { path: '', headers: {} };
    expect(path).toBe('/rtc/v1?access_token=stolen&sdk=js');
    expect(headers).toMatchObject({
      authorization: 'Bearer good',
      'user-agent': 'app/1',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(JSON.stringify(headers)).not.toContain('6.6.6.6');
    expect(headers).not.toHaveProperty('cookie');
  });
});

describe('a refusal', () => {
  const get = (path: string, init?: RequestInit) => fetch(front.url + path, init);

  test('of the admission reaches the client, readable for a page of any origin, and livekit hears nothing', async () => {
    for (const path of ['/rtc?access_token=bad', '/rtc/validate', '/rtc/v1?access_token=bad']) {
      const answer = await get(path);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(await answer.json()).toMatchObject({ code: 'token_invalid', detail: 'The token is not valid.' });
    }
    await expect(join('/rtc?access_token=bad').opened).rejects.toThrow('401');
    expect(livekit.seen).toEqual([]);
  });

  test('of livekit is passed on with its status and words', async () => {
    const upgrade = { headers: { Upgrade: 'websocket', Connection: 'Upgrade' } };
    const refused = await get('/rtc?access_token=good&refuse=1', upgrade);
    expect([refused.status, await refused.text()]).toEqual([401, 'could not authorize']);
    const unknown = await get('/rtc/v9?access_token=good', upgrade);
    expect(unknown.status).toBe(404);
    expect((await get('/rtc?access_token=good&broken=1', upgrade)).status).toBe(507);
    expect(front.connections()).toBe(0);
  });

  test('says that livekit is down, whether known or found out', async () => {
    await livekit.stop();
    await expect(join().opened).rejects.toThrow('503');
    const found = await get('/rtc/validate?access_token=good');
    expect([found.status, found.headers.get('Retry-After')]).toEqual([503, '2']);
    expect(await found.json()).toMatchObject({ code: 'livekit_down' });
    await front.stop(0);
    await start({ target: () => undefined });
    expect((await get('/rtc?access_token=good')).status).toBe(503);
  });
});

test('validate is answered by livekit', async () => {
  const answer = await fetch(`${front.url}/rtc/validate?access_token=good`);
  expect([answer.status, await answer.text()]).toEqual([200, 'success']);
});

test.each([
  '/twirp/livekit.RoomService/ListRooms',
  '/rtc/../twirp/x',
  '/rtc/%2e%2e/twirp/x',
  '/rtc/..%2ftwirp/x',
  '/rtc//twirp',
  '//rtc',
  '/rtc/v1%00',
  '/rtcx',
  '/rtc/v1/./x.y',
])('nothing else of livekit is reached by %s', async (path) => {
  const { port } = front;
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    void Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        open: (socket) => {
          socket.write(
            `GET ${path}?access_token=good HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
          );
        },
        data: (_, data) => {
          text += data;
        },
        close: () => resolve(text),
      },
    });
  });
  expect(answer).toMatch(/^HTTP\/1.1 4/);
  expect(livekit.seen).toEqual([]);
});
