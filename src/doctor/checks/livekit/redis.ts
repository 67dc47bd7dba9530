import { hidePasswords } from '../../../config/faults.ts';
import { messageOf } from '../../../lib/errors.ts';
import { lookUp } from '../../../lib/look-up.ts';
import { withRedis } from '../../../livekit/redis/connection.ts';
import { type Check, failed, ok, skipped } from '../../check.ts';

/** Row 13: Redis answers a PING with the credentials that livekit-server is given. */
export const redisCheck: Check = {
  id: 'livekit.redis',
  title: 'Redis answers',
  async run({ config: { livekit }, clock }) {
    if (livekit.redis === undefined || livekit.external) return skipped('livekit.redis is not set.');
    const url = livekit.redis.includes('://') ? livekit.redis : `redis://${livekit.redis}`;
    const start = performance.now();
    try {
      // Said by DNS first: getaddrinfo would be silent for long, and hold up other checks.
      await lookUp(new URL(url).hostname.replace(/^\[|\]$/g, ''));
      await withRedis(url, clock, (redis) => redis.command('PING'));
      return ok(`${hidePasswords(url)} answered PING in ${Math.round(performance.now() - start)} ms.`);
    } catch (error) {
      return failed(`${hidePasswords(url)}: ${messageOf(error)}`, {
        trouble: 'redis',
        fix: 'Check address, password and network in livekit.redis; a single server needs no Redis: remove the key.',
      });
    }
  },
};
