import { expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { systemClock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { whyNot } from './why-not.ts';

const PUBLIC = '203.0.113.5';
const given = {
  candidates: [
    `1 1 udp 2130706431 ${PUBLIC} 50012 typ host`,
    `2 1 udp 2130706431 ${PUBLIC} 50013 typ host`,
    `3 1 tcp 1671430143 ${PUBLIC} 7881 typ host tcptype passive`,
  ],
  serverAddresses: [PUBLIC],
  cause: new DomainError('path_failed', 'No connection within 10 ms.'),
  clock: systemClock,
  timeoutMs: 20_000,
};

test('a blocked UDP range is told once for each address, with the key that sets it', async () => {
  const { message, fix } = await whyNot({ ...given, path: 'udp' });
  expect(message).toBe(`No answer from ${PUBLIC} port 50013 (UDP).`);
  expect(fix).toContain('livekit.udpPorts');
  expect(fix).not.toContain('nodeIP');
});

test('a private address behind a public name is the wrong node address', async () => {
  const candidates = ['1 1 udp 2130706431 10.0.0.5 50012 typ host'];
  const { message, fix } = await whyNot({ ...given, candidates, path: 'udp' });
  expect(message).toContain('10.0.0.5');
  expect(fix).toStartWith("Set livekit.nodeIP to the server's public address");
  expect(fix).toContain(PUBLIC);
});

test('another public address may be the wrong one, which is said first', async () => {
  const candidates = ['1 1 udp 2130706431 198.51.100.7 50012 typ host'];
  const { fix } = await whyNot({ ...given, candidates, path: 'udp' });
  expect(fix).toStartWith(`The server's name resolves to ${PUBLIC}, not to 198.51.100.7: set livekit.nodeIP`);
  expect(fix).toContain('livekit.udpPorts');
});

test('what became of TCP is tried apart, so that closed and blocked are told apart', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const candidates = [`3 1 tcp 1671430143 127.0.0.1 ${port} typ host tcptype passive`];
  const trial = { ...given, candidates, serverAddresses: ['127.0.0.1'], path: 'tcp' as const };
  expect((await whyNot(trial)).message).toContain('connected');
  await new Promise((resolve) => server.close(resolve));
  expect((await whyNot(trial)).message).toContain('refused');
});

test('a server that announces no address for a path is told so', async () => {
  const { message, fix } = await whyNot({ ...given, candidates: given.candidates.slice(0, 2), path: 'tcp' });
  expect(message).toBe('The server announces no address for TCP.');
  expect(fix).toContain('livekit.tcpPort');
});

test('a relay that stands but carries nothing is a matter of the server', async () => {
  const { message } = await whyNot({ ...given, relay: 'relayed at 203.0.113.5', path: 'turn-tls' });
  expect(message).toContain(`nothing comes through it to the media server at ${PUBLIC}`);
});

test('a refused join is no blocked port', async () => {
  const cause = new DomainError('join_refused', 'The server ended the connection: ROOM_DELETED.');
  expect(await whyNot({ ...given, cause, path: 'udp' })).toBe(cause);
});
