import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import { stunBinding, type TurnCredentials, turnUdpAllocation } from '../../../network/stun/self-test.ts';
import type { NetworkHealth } from '../model.ts';
import type { MediaPorts } from '../plan.ts';
import type { PlannedTest, Seen } from '../planned-test.ts';

/** The doctor waits for a round that may begin after one under way, and has 5 s for all. */
export const TEST_LIMIT_MS = 2_000;
const LOOPBACK = '127.0.0.1';

export interface StunTestOptions {
  readonly node: Omit<NetworkHealth['node'], 'seenAs'>;
  readonly turn: NonNullable<MediaPorts['turn']>;
  readonly credentials: () => TurnCredentials;
  readonly clock: Clock;
}

/** STUN and TURN over UDP, at the address that clients are told: only that proves that it leads here. */
export function stunTests({ node, turn, credentials, clock }: StunTestOptions): readonly PlannedTest[] {
  const port = turn.udp.from;
  const target = { address: node.ip, port, timeoutMs: TEST_LIMIT_MS, clock };

  /** Tells an address that leads elsewhere from a server that does not run. */
  async function explained(test: Promise<Seen>): Promise<Seen> {
    // Begun at once, for a failure has no time left to ask for its reason.
    const onLoopback = answersOnLoopback();
    try {
      return await test;
    } catch (error) {
      const isSilent =
        error instanceof DomainError && ['stun_no_answer', 'stun_unreachable'].includes(error.code);
      const answersHere = isSilent && (await onLoopback);
      throw answersHere ? wrongAddress(node, error) : error;
    }
  }

  function answersOnLoopback(): Promise<boolean> {
    return stunBinding({ ...target, address: LOOPBACK }).then(
      () => true,
      () => false,
    );
  }

  return [
    {
      name: 'stun-udp',
      title: `STUN, UDP port ${port}`,
      run: () =>
        explained(
          stunBinding(target).then(({ mapped, rttMs }) => ({
            evidence: `${node.ip} answered and saw us come from ${mapped.address}`,
            ms: rttMs,
            mapped: mapped.address,
          })),
        ),
    },
    {
      name: 'turn-udp',
      title: `TURN over UDP, port ${port}`,
      run: () =>
        explained(
          turnUdpAllocation({ ...target, ...credentials() }).then(({ relayed, rttMs }) => ({
            evidence: `a relay at ${relayed.address} port ${relayed.port}`,
            ms: rttMs,
          })),
        ),
    },
  ];
}

function wrongAddress(node: StunTestOptions['node'], cause: DomainError): DomainError {
  const where = node.nat
    ? `${node.ip} is on no interface of this machine`
    : `${node.ip} is an address of this machine`;
  const fix = node.nat
    ? 'Set livekit.nodeIP to the address at which clients reach this machine. If it is that one, behind NAT: forward the ports, and let the router send what comes from inside to its own public address back in (hairpin), which relayed media needs.'
    : 'Open the port in the firewall of this machine, for its own address too.';
  return new DomainError(
    cause.code,
    `${cause.message} On ${LOOPBACK} it answers, and ${where}: the address that clients are told does not lead here.`,
    { fix, cause },
  );
}
