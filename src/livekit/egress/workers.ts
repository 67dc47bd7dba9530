import { RoomCompositeEgressRequest } from '@livekit/protocol';
import { type Clock, wait } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { type RedisConnection, withRedis } from '../redis/connection.ts';
import { claimChannel, encodeStartRequest, START_CHANNEL, stopChannel } from './psrpc.ts';

/** livekit-server waits as long for a worker's offer. */
const OFFER_LIMIT_MS = 1_000;

/** none: nobody listens. busy: so many listen, and none offers to take a recording. */
export type WorkersState =
  | { readonly state: 'none' }
  | { readonly state: 'busy' | 'free'; readonly listening: number };

export interface EgressWorkers {
  /** Whether a recording would find a worker now. Throws what keeps Redis from being asked. */
  look(): Promise<WorkersState>;
  /** Whether the process behind an egress is alive. */
  holds(egressId: string): Promise<boolean>;
}

export interface EgressWorkersOptions {
  /** `host:port` or a `redis://` URL, of the Redis that livekit-server and the workers share. */
  readonly redis: string;
  readonly clock: Clock;
}

/**
 * Looks for egress workers over the Redis that they listen on. Asked like livekit-server asks, but an offer is never
 * taken up: the worker forgets it, and nothing was started.
 */
export function createEgressWorkers({ redis, clock }: EgressWorkersOptions): EgressWorkers {
  async function listeners(connection: RedisConnection, channel: string): Promise<number> {
    const reply = await connection.command('PUBSUB', 'NUMSUB', channel);
    return Array.isArray(reply) ? Number(reply[1]) : 0;
  }

  async function isOffered(): Promise<boolean> {
    const clientId = newId('CLI', clock.now());
    const offered = Promise.withResolvers<boolean>();
    return await withRedis(redis, clock, async (ear) => {
      await ear.listen(claimChannel(clientId), () => offered.resolve(true));
      await withRedis(redis, clock, (mouth) => mouth.command('PUBLISH', START_CHANNEL, question(clientId)));
      return await Promise.race([offered.promise, wait(clock, OFFER_LIMIT_MS).then(() => false)]);
    });
  }

  function question(clientId: string): Uint8Array {
    const now = clock.now();
    return encodeStartRequest({
      requestId: newId('REQ', now),
      clientId,
      sentAt: now,
      expiresAt: now + OFFER_LIMIT_MS,
      egressId: newId('EG', now),
      roomComposite: new RoomCompositeEgressRequest({ roomName: 'didar-asks-who-is-free' }).toBinary(),
    });
  }

  return {
    async look() {
      const listening = await withRedis(redis, clock, (connection) => listeners(connection, START_CHANNEL));
      if (listening === 0) return { state: 'none' };
      return { state: (await isOffered()) ? 'free' : 'busy', listening };
    },
    holds: (egressId) =>
      withRedis(redis, clock, async (connection) => (await listeners(connection, stopChannel(egressId))) > 0),
  };
}
