import { afterEach, describe, expect, test } from 'bun:test';
import {
  allocate,
  ca,
  certificates,
  closeAll,
  closed,
  dial,
  ends,
  fingerprint,
  fingerprintOf,
  firstData,
  front,
  get,
  pairs,
  turnServer,
} from '../../../../test/fixtures/tls-front.ts';
import { until } from '../../../../test/fixtures/until.ts';

import { TYPE } from '../../stun/message.ts';

afterEach(closeAll);

describe('one port', () => {
  test('answers HTTPS, and the application sees the client, not loopback’s inner side', async () => {
    const { port } = await front({ trustedProxies: ['127.0.0.1'] });
    const answer = await get(port, {
      method: 'POST',
      body: 'x'.repeat(900),
      headers: { 'X-Forwarded-For': '198.51.100.7' },
    });
    expect(await answer.json()).toEqual({
      client: { address: '198.51.100.7', transport: 'tcp', secure: true },
      body: 'x'.repeat(900),
    });
  });

  test('answers TURN too, and knows for whom livekit relays', async () => {
    const turn = await turnServer(31_007);
    const { port, clientOfRelay } = await front({
      turn: { target: () => ({ host: '127.0.0.1', port: turn.port }) },
    });
    const socket = await dial(port);
    const request = allocate();
    // Cut in the middle of the cookie: the first read alone cannot tell what this is.
    socket.write(request.subarray(0, 6));
    await Bun.sleep(20);
    socket.write(request.subarray(6));
    const answer = await firstData(socket);
    expect(answer.readUInt16BE(0)).toBe(TYPE.allocateSuccess);
    expect(Buffer.concat(turn.seen).toString('hex')).toBe(request.toString('hex'));
    expect(clientOfRelay(31_007)).toBe('127.0.0.1');
    socket.destroy();
    await until(() => clientOfRelay(31_007) === undefined);
  });

  test('is answered in the same way on the second one', async () => {
    const turn = await turnServer();
    const { turnPort } = await front({
      turnPort: 0,
      turn: { target: () => ({ host: '127.0.0.1', port: turn.port }) },
    });
    expect((await get(turnPort)).status).toBe(200);
    const socket = await dial(turnPort, { ALPNProtocols: ['stun.turn'] });
    expect(socket.alpnProtocol).toBe('stun.turn');
    socket.write(allocate());
    expect((await firstData(socket)).readUInt16BE(0)).toBe(TYPE.allocateSuccess);
  });

  test('closes TURN while livekit is down, and HTTPS goes on', async () => {
    const { port } = await front({ turn: { target: () => undefined } });
    const socket = await dial(port);
    socket.write(allocate());
    await closed(socket);
    expect((await get(port)).status).toBe(200);
  });

  test('relays signalling', async () => {
    const livekit = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request, self) =>
        self.upgrade(request, { data: request.headers.get('X-Forwarded-For') ?? '' })
          ? undefined
          : new Response(),
      websocket: {
        data: '' as string,
        open: (ws) => void ws.send(`for ${ws.data}`),
        message: (ws, message) => void ws.send(message),
      },
    });
    ends.push(() => livekit.stop(true));
    const { port, connections } = await front({
      signalling: {
        admit: () => ({ ok: true, identity: 'u_ann', room: 'abc' }),
        target: () => livekit.url.origin,
      },
    });
    const socket = new WebSocket(`wss://127.0.0.1:${port}/rtc`, {
      tls: { ca: ca.cert },
    } as unknown as string[]);
    const frames: unknown[] = [];
    socket.addEventListener('message', ({ data }) => void frames.push(data));
    await until(() => frames.length === 1);
    socket.send('hello');
    await until(() => frames.length === 2);
    expect(frames).toEqual(['for 127.0.0.1', 'hello']);
    expect(connections()).toBe(1);
    socket.close();
    await until(() => connections() === 0);
  });
});

test('a new certificate is shown to who comes after, and drops nobody', async () => {
  const { store, swap } = certificates();
  const { port } = await front({ certificates: store });
  const before = await dial(port);
  swap();
  const after = await dial(port);
  expect(fingerprint(before)).toBe(fingerprintOf(pairs.first));
  expect(fingerprint(after)).toBe(fingerprintOf(pairs.second));
  before.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(String(await firstData(before))).toStartWith('HTTP/1.1 200');
});

describe('an authority that checks the name', () => {
  test('by ALPN gets the certificate of the challenge', async () => {
    const { port } = await front();
    const socket = await dial(port, { ALPNProtocols: ['acme-tls/1'] });
    expect(socket.alpnProtocol).toBe('acme-tls/1');
    expect(fingerprint(socket)).toBe(fingerprintOf(pairs.challenge));
    await closed(socket);
  });

  test('for a name without a challenge gets nothing', async () => {
    const { port } = await front();
    await expect(
      dial(port, { ALPNProtocols: ['acme-tls/1'], servername: 'other.example' }),
    ).rejects.toThrow();
  });

  test('by name alone is shown the usual certificate', async () => {
    const { port } = await front();
    expect(fingerprint(await dial(port))).toBe(fingerprintOf(pairs.first));
  });
});
