import { startDidar } from '../../../test/harness/didar.ts';
import { createRoom, joinToken } from '../../../test/harness/people.ts';
import { createRtcClient } from '../../../test/harness/rtc-client/client.ts';
import { median, type Row } from './row.ts';

/**
 * From the client's connect call to connected media, by the public port and directly at the same livekit-server,
 * in turns. Someone is in the room all the time, so that nobody pays for making it.
 */
export async function benchConnect(rounds: number): Promise<Row[]> {
  const didar = await startDidar({ config: { log: { level: 'warn' } } });
  const resident = createRtcClient();
  const times = { proxy: [] as number[], direct: [] as number[] };
  try {
    const room = await createRoom(didar);
    const first = await joinToken(didar, room.name);
    await resident.connect(first.url, first.token);
    await resident.publishMicrophone(440);
    const urls = { proxy: first.url, direct: `ws://127.0.0.1:${didar.ports.livekit}` };
    for (let i = 0; i < rounds; i++) {
      const order = i % 2 === 0 ? (['proxy', 'direct'] as const) : (['direct', 'proxy'] as const);
      for (const way of order) {
        const client = createRtcClient();
        try {
          await client.connect(urls[way], (await joinToken(didar, room.name)).token);
          times[way].push(client.connectMs);
          await client.disconnect();
        } finally {
          await client.close();
        }
      }
    }
  } finally {
    await resident.close();
    await didar.cleanUp();
  }
  return [
    {
      what: 'connect to media through the proxy',
      unit: 'ms',
      ours: median(times.proxy),
      reference: { what: 'direct to livekit-server', value: median(times.direct) },
      goal: { atMost: 1.1 },
      note: `median of ${rounds} each, real clients`,
    },
  ];
}
