import { dlopen } from 'bun:ffi';
import { afterEach, expect, test } from 'bun:test';
import type { Socket } from 'node:net';
import { closeAll, dial, firstData, front } from '../../../../test/fixtures/tls-front.ts';

/** The least that Linux waits before it acknowledges what it has no answer to. */
const DELAYED_ACK_MS = 40;
const ATTEMPTS = 10;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;

const libc = dlopen('libc.so.6', {
  setsockopt: { args: ['int', 'int', 'int', 'ptr', 'u32'], returns: 'int' },
});

afterEach(closeAll);

/** As the system gives a socket; Bun turns the algorithm off for every one of its own, and not on again. */
function turnNagleOn(socket: Socket): void {
  const { _handle } = socket as Socket & { _handle?: { fd: number } };
  const done = libc.symbols.setsockopt(_handle?.fd ?? -1, IPPROTO_TCP, TCP_NODELAY, new Int32Array([0]), 4);
  expect(done).toBe(0);
}

test('a client that leaves Nagle’s algorithm on does not wait for a delayed acknowledgement', async () => {
  const { port } = await front();
  const took: number[] = [];
  for (let i = 0; i < ATTEMPTS; i++) {
    const socket = await dial(port);
    turnNagleOn(socket);
    // Else the request leaves together with the last word of the handshake.
    await new Promise(setImmediate);
    const started = performance.now();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await firstData(socket);
    took.push(performance.now() - started);
  }
  // The best of them, for a busy machine is slow at times; a delayed acknowledgement is late each time.
  expect(Math.min(...took)).toBeLessThan(DELAYED_ACK_MS);
});
