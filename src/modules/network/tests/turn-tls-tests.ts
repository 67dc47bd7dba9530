import type { Clock } from '../../../lib/clock.ts';
import { DomainError, messageOf } from '../../../lib/errors.ts';
import { type TurnCredentials, turnTlsAllocation } from '../../../network/stun/self-test.ts';
import type { TlsPlan } from '../plan.ts';
import type { PlannedTest, Seen } from '../planned-test.ts';
import { addressOf } from './address-of.ts';
import { TEST_LIMIT_MS } from './stun-tests.ts';

/** livekit tells its clients this port, whatever is configured. */
const DIALLED_PORT = 443;

export interface TurnTlsTestOptions {
  readonly turn: NonNullable<TlsPlan['turn']>;
  readonly caPem: () => string | undefined;
  /** Of the front. */
  readonly port: number;
  readonly credentials: () => TurnCredentials;
  readonly clock: Clock;
}

/** TURN over TLS through the front, by the name that clients dial and with their checks of its certificate. */
export function turnTlsTests(options: TurnTlsTestOptions): readonly PlannedTest[] {
  const { turn, caPem, port, credentials, clock } = options;

  async function allocate(at: number): Promise<Seen> {
    const address = await addressOf(turn.domain);
    const { relayed, rttMs } = await turnTlsAllocation({
      address,
      port: at,
      servername: turn.domain,
      ca: caPem(),
      timeoutMs: TEST_LIMIT_MS,
      clock,
      ...credentials(),
    });
    return { evidence: `a relay at ${relayed.address} port ${relayed.port}, by ${address}`, ms: rttMs };
  }

  async function asClientsDial(): Promise<Seen> {
    if (port === DIALLED_PORT) return allocate(port);
    const ours = await allocate(port);
    try {
      return await allocate(DIALLED_PORT);
    } catch (error) {
      throw new DomainError(
        'turn_tls_port',
        `On port ${port} it works (${ours.evidence}); but clients dial ${DIALLED_PORT} whatever is configured: ${messageOf(error)}`,
        {
          fix: `Set server.port: ${DIALLED_PORT}, or forward port ${DIALLED_PORT} of this address to ${port}. Another web server that holds it must give it up.`,
          cause: error,
        },
      );
    }
  }

  return [
    { name: 'turn-tls', title: `TURN over TLS, port ${DIALLED_PORT}`, run: asClientsDial },
    {
      name: 'turn-tls-5349',
      title: `TURN over TLS, port ${turn.port}`,
      run: () => allocate(turn.port),
    },
  ];
}
