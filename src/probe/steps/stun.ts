import type { Clock } from '../../lib/clock.ts';
import { stunBinding, stunTlsBinding } from '../../network/stun/self-test.ts';
import type { Outcome } from '../step.ts';
import type { Trust } from '../trust.ts';

export interface StunPlace {
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * TURN's port over UDP, asked by STUN: no credentials are needed for that.
 *
 * @throws DomainError as `stunBinding`
 */
export async function checkStunUdp(place: StunPlace): Promise<Outcome> {
  const { mapped, rttMs } = await stunBinding(place);
  return { evidence: `${place.address} port ${place.port}/udp sees us as ${mapped.address}`, ms: rttMs };
}

/**
 * TURN over TLS, asked likewise.
 *
 * @throws DomainError as `stunTlsBinding`
 */
export async function checkStunTls(place: StunPlace, host: string, trust: Trust): Promise<Outcome> {
  const { rttMs } = await stunTlsBinding({ ...place, servername: host, ...trust });
  return { evidence: `${host} port ${place.port}/tcp speaks TURN inside of TLS`, ms: rttMs };
}
