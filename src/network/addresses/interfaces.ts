import { isIPv4, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { unmapAddress } from '../../lib/cidr.ts';

/** One address of one network interface. */
export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly kind: InterfaceKind;
}

/** `container`: of Docker, Kubernetes, LXC or virtual machines. `tunnel`: of a VPN. */
export type InterfaceKind = 'loopback' | 'container' | 'tunnel' | 'ordinary';

const CONTAINER =
  /^(docker|br-|veth|cni|cali|flannel|cbr|kube-|podman|lxc|lxd|virbr|vnet|vmnet|vboxnet|nerdctl)/;
const TUNNEL = /^(tun|tap|wg|tailscale|zt|utun|ppp|ipsec|nebula|proton|nordlynx)/;

/** Told by the name: what the tools that make such interfaces call them. */
export function interfaceKind(name: string): InterfaceKind {
  if (name === 'lo') return 'loopback';
  if (CONTAINER.test(name)) return 'container';
  return TUNNEL.test(name) ? 'tunnel' : 'ordinary';
}

/** `os.networkInterfaces()` as a flat list. */
export function listInterfaces(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly InterfaceAddress[] {
  return Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, family }) => ({
      name,
      address: unmapAddress(address),
      family: family === 'IPv4' ? ('ipv4' as const) : ('ipv6' as const),
      kind: interfaceKind(name),
    })),
  );
}

/**
 * Interfaces that media candidates should not name: clients can't reach a container's bridge, and a VPN's address only
 * costs them time. One that carries the node's own address stays.
 */
export function interfacesToExclude(
  interfaces: readonly InterfaceAddress[],
  nodeAddresses: readonly string[],
): readonly string[] {
  const needed = new Set(
    interfaces.filter(({ address }) => nodeAddresses.includes(address)).map(({ name }) => name),
  );
  const unwanted = interfaces
    .filter(({ kind, name }) => (kind === 'container' || kind === 'tunnel') && !needed.has(name))
    .map(({ name }) => name);
  return [...new Set(unwanted)].sort();
}

/**
 * Networks whose addresses media candidates are made of, in CIDR notation; none where all are. A node address that
 * this machine has is the only one of its family: livekit announces it in the place of every address that it finds,
 * keeps the first of candidates that then look the same, as those of ICE/TCP do, and answers only what comes to that
 * first address. Behind NAT nothing tells which one the packets come to.
 */
export function networksToOffer(
  interfaces: readonly InterfaceAddress[],
  nodeAddresses: readonly string[],
): readonly string[] {
  const own = nodeAddresses.filter((node) => interfaces.some(({ address }) => address === node));
  if (own.length === 0) return [];
  const [ipv4, ipv6] = [own.find(isIPv4), own.find(isIPv6)];
  return [ipv4 === undefined ? '0.0.0.0/0' : `${ipv4}/32`, ipv6 === undefined ? '::/0' : `${ipv6}/128`];
}
