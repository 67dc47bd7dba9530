import { afterEach, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { JoinResponse, LeaveRequest, SignalRequest, SignalResponse } from '@livekit/protocol';
import { systemClock } from '../../lib/clock.ts';
import { connectSignalling, type SignallingClientOptions } from './signalling-client.ts';

const LIMIT_MS = 20_000;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A server that takes whoever comes with the right token, welcomes them, and closes when it is sent anything. */
function mediaServer(): { readonly url: string; readonly asked: string[] } {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request, upgrading) {
      const { pathname, searchParams } = new URL(request.url);
      asked.push(`${pathname} ${searchParams.get('sdk')}`);
      const isRight = request.headers.get('authorization') === 'Bearer right';
      return isRight && upgrading.upgrade(request) ? undefined : new Response('no', { status: 401 });
    },
    websocket: {
      open(socket) {
        const value = new JoinResponse({ serverVersion: '1.13.5' });
        socket.send(new SignalResponse({ message: { case: 'join', value } }).toBinary());
      },
      message: (socket, data) =>
        socket.close(4_000, SignalRequest.fromBinary(Buffer.from(data)).message.case ?? 'nothing'),
    },
  });
  cleanUps.push(() => server.stop(true));
  return { url: `ws://127.0.0.1:${server.port}/meet`, asked };
}

function connect(options: Partial<SignallingClientOptions> & { readonly url: string }) {
  return connectSignalling({
    token: 'right',
    about: { sdk: 'js' },
    tls: { rejectUnauthorized: true },
    clock: systemClock,
    timeoutMs: LIMIT_MS,
    onMessage: () => undefined,
    onClose: () => undefined,
    ...options,
  });
}

test('a client hears the server, is heard by it, and is told once why the connection ended', async () => {
  const { url, asked } = mediaServer();
  const heard = Promise.withResolvers<unknown>();
  const closed = Promise.withResolvers<string>();
  const client = await connect({ url, onMessage: heard.resolve, onClose: closed.resolve });
  expect(await heard.promise).toMatchObject({ case: 'join', value: { serverVersion: '1.13.5' } });
  client.send({ case: 'leave', value: new LeaveRequest() });
  expect(await closed.promise).toBe('leave');
  expect(asked).toEqual(['/meet/rtc js']);
});

test('its own end is not told to it', async () => {
  const { url } = mediaServer();
  let told = 0;
  const client = await connect({ url, onClose: () => told++ });
  client.close();
  const other = Promise.withResolvers<string>();
  const second = await connect({ url, onClose: other.resolve });
  second.send({ case: 'leave', value: new LeaveRequest() });
  await other.promise;
  expect(told).toBe(0);
});

test('a refusal, a closed port and silence are failures to connect, and no end of a connection', async () => {
  let told = 0;
  const onClose = () => told++;
  const { url } = mediaServer();
  await expect(connect({ url, token: 'wrong', onClose })).rejects.toMatchObject({
    code: 'livekit_unreachable',
  });
  await expect(connect({ url: 'ws://127.0.0.1:1', onClose })).rejects.toMatchObject({
    code: 'livekit_unreachable',
  });
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  cleanUps.push(() => silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  await expect(connect({ url: `ws://127.0.0.1:${port}`, timeoutMs: 50, onClose })).rejects.toThrow(
    'no answer within 50 ms',
  );
  expect(told).toBe(0);
});
