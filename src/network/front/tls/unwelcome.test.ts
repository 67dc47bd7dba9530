import { afterEach, expect, test } from 'bun:test';
import { connect as connectTcp, type Socket } from 'node:net';
import { closeAll, closed, dial, ends, firstData, front, get } from '../../../../test/fixtures/tls-front.ts';
import { until } from '../../../../test/fixtures/until.ts';

import { systemClock } from '../../../lib/clock.ts';
import { portHolder } from '../../ports/holder.ts';

afterEach(closeAll);

function tcp(port: number, bytes: string | Buffer): Socket {
  const socket = connectTcp(port, '127.0.0.1', () => socket.write(bytes));
  ends.push(() => socket.destroy());
  return socket;
}

test('garbage is cut off at its first byte, before and after the handshake', async () => {
  const { port, openConnections } = await front();
  await closed(tcp(port, Buffer.from([0x00, 0x01, 0x02])));
  await closed(tcp(port, Buffer.from([22, 3, 1, 0, 40, 9, 9, 9, ...Array.from({ length: 40 }, () => 255)])));
  const inside = await dial(port);
  inside.write(Buffer.from([0x80, 1, 2, 3]));
  await closed(inside);
  await until(() => openConnections() === 0);
  expect((await get(port)).status).toBe(200);
});

test('plain HTTP is told to use HTTPS', async () => {
  const { port } = await front();
  const answer = await firstData(tcp(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  expect(String(answer)).toContain('https_needed');
});

test('a client that says nothing is cut off in time', async () => {
  const limits: (() => void)[] = [];
  const clock = {
    ...systemClock,
    after: (_: number, run: () => void) => {
      limits.push(run);
      return () => undefined;
    },
  };
  const { port, openConnections } = await front({ clock });
  const silent = tcp(port, '');
  await until(() => openConnections() === 1);
  for (const run of limits) run();
  await closed(silent);
  await until(() => openConnections() === 0);
});

test('of one address only so many are let in, and fewer that have not said anything', async () => {
  const { port, openConnections } = await front({
    limits: { waitingPerAddress: 2, perAddress: 3, total: 10 },
  });
  const ask = async (socket: Socket) => {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await firstData(socket);
  };
  const one = await dial(port);
  const two = await dial(port);
  await expect(dial(port)).rejects.toThrow();
  await ask(one);
  await ask(two);
  await dial(port);
  await expect(dial(port)).rejects.toThrow();
  one.destroy();
  await until(() => openConnections() === 2);
  await dial(port);
});

test('the inner listener answers nobody who dials it directly', async () => {
  let asked = 0;
  const { port } = await front({
    handle: () => {
      asked++;
      return new Response('secret');
    },
  });
  await get(port);
  const rows = (await Bun.file('/proc/net/tcp').text()).split('\n').map((row) => row.trim().split(/\s+/));
  const onLoopback = rows
    .filter((columns) => columns[3] === '0A' && columns[1]?.startsWith('0100007F:'))
    .map((columns) => Number.parseInt(columns[1]?.split(':')[1] ?? '', 16));
  const statuses: number[] = [];
  for (const candidate of onLoopback) {
    if (candidate === port || (await portHolder(candidate))?.pid !== process.pid) continue;
    statuses.push((await fetch(`http://127.0.0.1:${candidate}/`)).status);
  }
  expect(statuses).toContain(403);
  expect(asked).toBe(1);
});
