import { isIPv4, isIPv6 } from 'node:net';
import { type AddressReach, reachOf } from './classify.ts';
import type { InterfaceAddress } from './interfaces.ts';

/** What is known of this machine's addresses, found by `probeAddresses`. */
export interface AddressFacts {
  readonly interfaces: readonly InterfaceAddress[];
  /** The source address that the kernel takes for a destination in the internet, by family. */
  readonly outbound: { readonly ipv4?: string; readonly ipv6?: string };
  /** What `server.host` resolves to; itself when it is an address. */
  readonly resolved: readonly string[];
}

export interface NodeIpDecision {
  /** The address that media candidates announce; IPv4 wherever there is one. */
  readonly nodeIP: string;
  /** A public IPv6 address of this machine besides, if it has one. */
  readonly nodeIPv6?: string;
  readonly source: 'configured' | 'host' | 'outbound' | 'loopback';
  /** The address is on no interface: a NAT must forward the media ports to this machine. */
  readonly nat: boolean;
  readonly reach: AddressReach;
}

/**
 * Which address clients are to send media to: the configured one, else what the server's name resolves to, else the
 * one that leads to the internet, else loopback. Pure: the same facts, the same answer.
 */
export function decideNodeIp({
  config,
  interfaces,
  outbound,
  resolved,
}: AddressFacts & { readonly config: { readonly nodeIP?: string } }): NodeIpDecision {
  const nodeIPv6 = findNodeIPv6(interfaces, outbound, resolved);
  const decided = (nodeIP: string, source: NodeIpDecision['source']): NodeIpDecision => ({
    nodeIP,
    ...(nodeIPv6 === undefined || nodeIPv6 === nodeIP ? {} : { nodeIPv6 }),
    source,
    nat: !isOnInterface(interfaces, nodeIP),
    reach: reachOf(nodeIP),
  });

  if (config.nodeIP !== undefined) return decided(config.nodeIP, 'configured');
  // Debian gives a machine's own name 127.0.1.1: true, and useless to anybody else.
  const usable = resolved.filter(
    (address) => !['loopback', 'unspecified', 'link-local'].includes(reachOf(address)),
  );
  const byName = usable.find(isIPv4) ?? (outbound.ipv4 === undefined ? usable.find(isIPv6) : undefined);
  if (byName !== undefined) return decided(byName, 'host');
  const outward = outbound.ipv4 ?? ordinaryIPv4(interfaces) ?? outbound.ipv6;
  return outward === undefined ? decided('127.0.0.1', 'loopback') : decided(outward, 'outbound');
}

/** Without a default route: an address that others on the same network may reach. */
function ordinaryIPv4(interfaces: readonly InterfaceAddress[]): string | undefined {
  return interfaces.find(
    ({ family, kind, address }) =>
      family === 'ipv4' && kind === 'ordinary' && reachOf(address) !== 'link-local',
  )?.address;
}

/** Only a public one is worth announcing, and only one that this machine has: there is no NAT to count on. */
function findNodeIPv6(
  interfaces: readonly InterfaceAddress[],
  outbound: AddressFacts['outbound'],
  resolved: readonly string[],
): string | undefined {
  return [...resolved.filter(isIPv6), outbound.ipv6]
    .filter((address) => address !== undefined)
    .find((address) => reachOf(address) === 'public' && isOnInterface(interfaces, address));
}

function isOnInterface(interfaces: readonly InterfaceAddress[], address: string): boolean {
  return reachOf(address) === 'loopback' || interfaces.some((one) => one.address === address);
}
