import { expect, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { turnCredentials } from '../../src/livekit/turn/credentials.ts';
import { startDidar } from '../harness/didar.ts';
import { runProcess } from '../harness/process.ts';
import '../harness/slow.ts';

const KEY = { apiKey: 'APIturn', apiSecret: 'a-secret-of-the-tests-that-is-long-enough' };
const MESSAGES = 20;
/** The client takes whatever one TLS record holds for one message: of those that share one, all but the first count as lost. */
const ENOUGH = MESSAGES / 2;
const EVERY_MS = 50;
const isMissing = Bun.which('turnutils_uclient') === null;

test.skipIf(isMissing)(
  `coturn's client relays through the front, by TURN over TLS${isMissing ? ' (needs turnutils_uclient)' : ''}`,
  async () => {
    const didar = await startDidar({
      config: { server: { tls: { mode: 'self-signed' } }, livekit: KEY },
      askOverSocket: true,
    });
    const peer = createSocket('udp4', (message, from) => void peer.send(message, from.port, from.address));
    try {
      peer.bind(0, '127.0.0.1');
      await once(peer, 'listening');
      const expiry = Math.floor(Date.now() / 1000) + 600;
      const { username, password } = turnCredentials({ ...KEY, expiry, expires: true });
      const options = {
        n: MESSAGES,
        m: 1,
        l: 200,
        z: EVERY_MS,
        e: '127.0.0.1',
        r: peer.address().port,
        u: username,
        w: password,
        p: didar.ports.server,
      };
      const { stdout } = await runProcess({
        command: [
          ...['timeout', '30', 'turnutils_uclient', '-S', '-t', '-c'],
          ...Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]),
          '127.0.0.1',
        ],
        env: process.env,
      });
      const [, sent, received] =
        /: start_mclient: tot_send_msgs=(\d+), tot_recv_msgs=(\d+)$/m.exec(stdout) ?? [];
      expect(Number(sent), stdout).toBe(MESSAGES);
      expect(Number(received), stdout).toBeGreaterThanOrEqual(ENOUGH);
    } finally {
      peer.close();
      await didar.cleanUp();
    }
  },
);
