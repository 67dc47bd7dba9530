import { expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock } from './manual-clock.ts';
import { createServiceNotifier, sendDatagram } from './sd-notify.ts';

test('systemd hears that the service is ready, fed, and stopping', () => {
  const clock = manualClock();
  const heard: string[] = [];
  const service = createServiceNotifier({
    env: { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' },
    pid: 7,
    clock,
    send: (socket, text) => void heard.push(`${socket} ${text}`),
  });
  clock.advance(60_000);
  expect(heard).toEqual([]);
  service.ready('serving');
  clock.advance(60_000);
  service.stopping('leaving');
  service.end();
  clock.advance(60_000);
  expect(heard).toEqual([
    '/run/n READY=1\nSTATUS=serving',
    '/run/n WATCHDOG=1',
    '/run/n WATCHDOG=1',
    '/run/n STOPPING=1\nSTATUS=leaving',
  ]);
});

test("another process's watchdog is not fed, and without systemd nobody is told", () => {
  const clock = manualClock();
  const heard: string[] = [];
  const send = (_socket: string, text: string) => void heard.push(text);
  const env = { WATCHDOG_USEC: '1000000', WATCHDOG_PID: '8' };
  createServiceNotifier({ env: { ...env, NOTIFY_SOCKET: '/n' }, pid: 7, clock, send }).ready('a');
  createServiceNotifier({ env: {}, pid: 7, clock, send }).ready('b');
  clock.advance(5_000);
  expect(heard).toEqual(['READY=1\nSTATUS=a']);
});

const python = Bun.which('python3');

test.skipIf(python === null)('a real datagram arrives whole, by path and by abstract name', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'didar-notify-'));
  for (const socket of [join(directory, 'n.sock'), `@didar-${crypto.randomUUID()}`]) {
    const listener = Bun.spawn([python ?? '', '-c', LISTENER, socket], { stdout: 'pipe' });
    let heard = '';
    const decoder = new TextDecoder();
    for await (const chunk of listener.stdout) {
      const isBound = heard.includes('bound\n');
      heard += decoder.decode(chunk, { stream: true });
      if (!isBound && heard.includes('bound\n')) sendDatagram(socket, 'READY=1\nSTATUS=به');
    }
    expect(heard).toBe('bound\nREADY=1|STATUS=به');
    expect(await listener.exited).toBe(0);
  }
  await rm(directory, { recursive: true });
  expect(() => sendDatagram('/nowhere/at/all', 'READY=1')).not.toThrow();
});

const LISTENER = `
import socket, sys
name = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.settimeout(30)
s.bind('\\0' + name[1:] if name[0] == '@' else name)
print('bound', flush=True)
sys.stdout.buffer.write(s.recv(4096).replace(b'\\n', b'|'))
`;
