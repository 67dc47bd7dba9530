import { RedisClient } from 'bun';
import { hidePasswords } from '../../../config/faults.ts';
import { wait } from '../../../lib/clock.ts';
import { messageOf } from '../../../lib/errors.ts';
import { type Check, failed, ok, skipped } from '../../check.ts';

const LIMIT_MS = 2_000;

/** Row 13: Redis answers a PING with the credentials that livekit-server is given. */
export const redisCheck: Check = {
  id: 'livekit.redis',
  title: 'Redis answers',
  async run({ config: { livekit }, clock }) {
    if (livekit.redis === undefined || livekit.external) return skipped('livekit.redis is not set.');
    const url = livekit.redis.includes('://') ? livekit.redis : `redis://${livekit.redis}`;
    const client = new RedisClient(url, {
      connectionTimeout: LIMIT_MS,
      autoReconnect: false,
      maxRetries: 0,
    });
    const start = performance.now();
    try {
      const late = wait(clock, LIMIT_MS).then(() => Promise.reject(new Error('no answer within 2 s')));
      const answer = await Promise.race([client.connect().then(() => client.ping()), late]);
      return ok(`${hidePasswords(url)} answered ${answer} in ${Math.round(performance.now() - start)} ms.`);
    } catch (error) {
      return failed(`${hidePasswords(url)}: ${messageOf(error)}`, { trouble: 'redis' });
    } finally {
      client.close();
    }
  },
};
