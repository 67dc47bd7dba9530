import { BlockList, isIPv6 } from 'node:net';

/** What livekit's TURN relays to only when allowed by name (Go: loopback, link-local, multicast, private, unspecified). */
const RESTRICTED = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 32],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 4],
] as const) {
  RESTRICTED.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  RESTRICTED.addSubnet(network, prefix, 'ipv6');
}

export function isRestrictedPeer(ip: string): boolean {
  return RESTRICTED.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}
