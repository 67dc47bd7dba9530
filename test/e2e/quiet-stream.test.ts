import { expect, test } from 'bun:test';
import { silentLogger } from '../../src/lib/log.ts';
import { startHttpListener } from '../../src/network/front/http-listener.ts';
import '../harness/slow.ts';

test('an event stream outlives the idle limit, an ordinary silent answer does not', async () => {
  const limit = 1;
  const quiet = (type: string) =>
    new Response(
      new ReadableStream({
        async start(controller) {
          controller.enqueue('begin ');
          await Bun.sleep(limit * 6000);
          controller.enqueue('end');
          controller.close();
        },
      }),
      { headers: { 'Content-Type': type } },
    );
  const server = startHttpListener({
    listen: { hostname: '127.0.0.1', port: 0 },
    clientOf: () => ({ address: '127.0.0.1', transport: 'tcp', secure: false }),
    handle: (request) => quiet(request.url.endsWith('/stream') ? 'text/event-stream' : 'text/plain'),
    log: silentLogger,
    maxBodyBytes: 1000,
    idleLimit: limit,
  });
  const read = (path: string) => fetch(new URL(path, server.url)).then((answer) => answer.text());
  const [stream, plain] = await Promise.allSettled([read('/stream'), read('/plain')]);
  await server.stop(true);
  expect(stream).toEqual({ status: 'fulfilled', value: 'begin end' });
  expect(plain.status).toBe('rejected');
}, 30_000);
