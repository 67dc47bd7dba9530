import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { asAdmin, type Didar, startDidar } from '../../../test/harness/didar.ts';
import { createRoom } from '../../../test/harness/people.ts';
import { createRtcClient } from '../../../test/harness/rtc-client/client.ts';
import { memoryOf } from './process-memory.ts';
import { median, type Row } from './row.ts';

const IDLE_CONNECTIONS = 2_000;
const IDLE_ADDRESSES = 10;
const AT_ONCE = 50;
const FLOOD_ADDRESSES = 8;
const GARBAGE_BYTES = 2_000;
/** Before it is measured, and after all is over. */
const SETTLE_MS = 60_000;

/** Connections that say nothing, and others that send garbage as fast as they can: others join, and memory comes back. */
export async function benchFlood(joins: number): Promise<Row[]> {
  const didar = await startDidar({
    config: { server: { tls: { mode: 'self-signed' } }, log: { level: 'warn' } },
    askOverSocket: true,
  });
  const idle: TLSSocket[] = [];
  try {
    const ca = `${didar.home}/ca.pem`;
    await Bun.write(ca, (await didar.cli(['config', 'ca'])).stdout);
    await join(didar, ca);
    await Bun.sleep(SETTLE_MS);
    const before = (await memoryOf(didar.pid)).settled;
    while (idle.length < IDLE_CONNECTIONS) {
      const addresses = Array.from({ length: AT_ONCE }, (_, i) => `127.0.0.${2 + (i % IDLE_ADDRESSES)}`);
      idle.push(...(await Promise.all(addresses.map((address) => beIdle(didar, address)))));
    }
    const flood = startFlood(didar.ports.server);
    const took: number[] = [];
    for (let i = 0; i < joins; i++) took.push(await join(didar, ca));
    const thrown = await flood.stop();
    const during = (await memoryOf(didar.pid)).settled;
    const open = idle.filter(({ destroyed }) => !destroyed).length;
    for (const socket of idle) socket.destroy();
    await Bun.sleep(SETTLE_MS);
    const after = (await memoryOf(didar.pid)).settled;
    const what = `${IDLE_CONNECTIONS} idle TLS connections and a flood`;
    return [
      {
        what: `${what}, memory`,
        unit: 'MB',
        ours: after,
        reference: { what: 'before', value: before },
        goal: { atMost: 1.2 },
        note: `resident, ${SETTLE_MS / 1000} s after; ${during.toFixed(0)} MB during it, with ${open} idle ones of ${IDLE_ADDRESSES} addresses still open`,
      },
      {
        what: `${what}, a join`,
        unit: 'ms',
        ours: median(took),
        note: `connect to media, median of ${joins} real clients, all of whom got in beside ${thrown} connections of garbage from ${FLOOD_ADDRESSES} addresses`,
      },
    ];
  } finally {
    for (const socket of idle) socket.destroy();
    await didar.cleanUp();
  }
}

async function beIdle(didar: Didar, localAddress: string): Promise<TLSSocket> {
  const raw = connect({ host: '127.0.0.1', port: didar.ports.server, localAddress });
  await once(raw, 'connect');
  const socket = connectTls({ socket: raw, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

/** Each address has one connection after the other: garbage instead of a hello, until it is cut off. */
function startFlood(port: number): { stop(): Promise<number> } {
  let isOn = true;
  let count = 0;
  const streams = Array.from({ length: FLOOD_ADDRESSES }, async (_, i) => {
    while (isOn) {
      const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.1.${1 + i}` });
      socket.on('error', () => undefined);
      socket.on('connect', () => socket.write(randomBytes(GARBAGE_BYTES)));
      // Else its end is never seen.
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
      count++;
    }
  });
  return {
    async stop() {
      isOn = false;
      await Promise.all(streams);
      return count;
    },
  };
}

/** Milliseconds from the connect call to media, in a room of its own. */
async function join(didar: Didar, ca: string): Promise<number> {
  const { name } = await createRoom(didar);
  const json = { room: name, name: 'Bench' };
  const { token } = await asAdmin<{ token: string }>(didar, '/api/room/join', { json });
  const client = createRtcClient({ env: { SSL_CERT_FILE: ca } });
  try {
    await client.connect(`wss://127.0.0.1:${didar.ports.server}`, token);
    return client.connectMs;
  } finally {
    await client.close();
  }
}
