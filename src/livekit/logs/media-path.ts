import type { PortRange } from '../../config/config.ts';
import type { Candidate } from './candidates.ts';

/** How media travels, as far as livekit can know; who came to TURN over TLS, the front knows. */
export type LoggedPath = 'udp' | 'tcp' | 'turn';

export interface RelayPlace {
  /** The addresses that TURN relays from. */
  readonly nodeIPs: readonly string[];
  readonly relayPorts: PortRange;
}

/**
 * The path behind a remote candidate. livekit calls a relayed client `udp` when its relay shows up as
 * peer-reflexive first; but what comes from our own address and the relay's ports is a relayed client.
 */
export function pathOf(remote: Candidate, relay: RelayPlace): LoggedPath {
  const { from, to } = relay.relayPorts;
  const fromRelay =
    remote.protocol === 'udp' &&
    remote.port >= from &&
    remote.port <= to &&
    relay.nodeIPs.some((ip) => isLogged(ip, remote.address));
  return fromRelay || remote.type === 'relay' ? 'turn' : remote.protocol;
}

/** Whether an address could have been logged as that text: whole, or with its last three characters as dots. */
function isLogged(ip: string, logged: string): boolean {
  return logged === ip || logged === `${ip.slice(0, -3)}...`;
}
