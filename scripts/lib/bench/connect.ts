import { asAdmin, type Didar, startDidar } from '../../../test/harness/didar.ts';
import { createRoom } from '../../../test/harness/people.ts';
import { createRtcClient } from '../../../test/harness/rtc-client/client.ts';
import { median, type Row } from './row.ts';

type Way = 'proxy' | 'direct';

/**
 * From the client's connect call to connected media, by the public port, plain and with TLS, and each time directly
 * at the same livekit-server, without TLS: in turns, so that a busy moment hits both.
 */
export async function benchConnect(rounds: number): Promise<Row[]> {
  const reference = 'direct to livekit-server';
  const note = `median of ${rounds} each, real clients`;
  const plain = await withDidar('off', (didar) =>
    measure(didar, `ws://127.0.0.1:${didar.ports.server}`, rounds),
  );
  const tls = await withDidar('self-signed', async (didar) => {
    const ca = `${didar.home}/ca.pem`;
    await Bun.write(ca, (await didar.cli(['config', 'ca'])).stdout);
    return measure(didar, `wss://127.0.0.1:${didar.ports.server}`, rounds, { SSL_CERT_FILE: ca });
  });
  return [
    {
      what: 'connect to media through the proxy',
      unit: 'ms',
      ours: median(plain.proxy),
      reference: { what: reference, value: median(plain.direct) },
      goal: { atMost: 1.1 },
      note,
    },
    {
      what: 'connect to media through the front, TLS',
      unit: 'ms',
      ours: median(tls.proxy),
      reference: { what: `${reference}, plain`, value: median(tls.direct) },
      goal: { atMost: 1.2 },
      note: `${note}, handshake and all; rtc-node trusts our authority alone, for it reads all it trusts on each connect`,
    },
  ];
}

async function withDidar<T>(mode: 'off' | 'self-signed', work: (didar: Didar) => Promise<T>): Promise<T> {
  const didar = await startDidar({
    config: { server: { tls: { mode } }, log: { level: 'warn' } },
    askOverSocket: true,
  });
  try {
    return await work(didar);
  } finally {
    await didar.cleanUp();
  }
}

/** Milliseconds of each round. Someone is in the room all the time, so that nobody pays for making it. */
async function measure(
  didar: Didar,
  proxy: string,
  rounds: number,
  env: Record<string, string> = {},
): Promise<Record<Way, number[]>> {
  const urls: Record<Way, string> = { proxy, direct: `ws://127.0.0.1:${didar.ports.livekit}` };
  const times: Record<Way, number[]> = { proxy: [], direct: [] };
  const room = await createRoom(didar);
  const token = async () => {
    const json = { room: room.name, name: 'Bench' };
    return (await asAdmin<{ token: string }>(didar, '/api/room/join', { json })).token;
  };
  const resident = createRtcClient();
  try {
    await resident.connect(urls.direct, await token());
    await resident.publishMicrophone(440);
    for (let i = 0; i < rounds; i++) {
      const order: Way[] = i % 2 === 0 ? ['proxy', 'direct'] : ['direct', 'proxy'];
      for (const way of order) {
        const client = createRtcClient({ env });
        try {
          await client.connect(urls[way], await token());
          times[way].push(client.connectMs);
          await client.disconnect();
        } finally {
          await client.close();
        }
      }
    }
  } finally {
    await resident.close();
  }
  return times;
}
