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
