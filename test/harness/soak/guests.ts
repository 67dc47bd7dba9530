import type { JoinAnswer } from '../../../src/modules/rooms/model.ts';
import { createRtcClient } from '../rtc-client/client.ts';
import { ask, type Load, type LoadOptions, repeat } from './load.ts';

const CONNECT_LIMIT_MS = 5_000;
const SHORTEST_STAY_MS = 500;
const LONGEST_STAY_MS = 3_000;
const SHARE_OF_CAMERAS = 0.4;
const SMALL = { width: 160 };

/** A real client that comes into one of the rooms, speaks, and leaves again, whatever happens to the server. */
export function visitRooms({ didar, journal, random, rooms }: LoadOptions): Load {
  const pick = () => rooms[Math.floor(random() * rooms.length)] ?? '';

  return repeat(async () => {
    const client = createRtcClient();
    try {
      await journal.during('join', async () => {
        const json = { room: pick(), name: 'Guest' };
        const join = await ask<JoinAnswer>(didar, '/api/room/join', { json });
        if (join?.status !== 200) throw new Error('not let in');
        await soon(client.connect(join.body.url, join.body.token));
      });
      journal.stayed();
      await soon(client.publishMicrophone(440));
      if (random() < SHARE_OF_CAMERAS) await soon(client.publishCamera('red', SMALL));
      await Bun.sleep(SHORTEST_STAY_MS + random() * (LONGEST_STAY_MS - SHORTEST_STAY_MS));
      await soon(client.disconnect());
    } catch {
      // The server is away, or went away meanwhile: somebody else comes in a moment.
    } finally {
      await client.close();
    }
  });
}

async function soon(what: Promise<unknown>): Promise<void> {
  const late = Bun.sleep(CONNECT_LIMIT_MS).then(() => Promise.reject(new Error('the server is away')));
  await Promise.race([what, late]);
}
