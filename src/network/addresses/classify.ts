import { addressMatcher, unmapAddress } from '../../lib/cidr.ts';

/** How far an address reaches. `cgnat`: behind a provider's NAT (RFC 6598); `unique-local`: IPv6's private (RFC 4193). */
export type AddressReach =
  | 'unspecified'
  | 'loopback'
  | 'link-local'
  | 'private'
  | 'cgnat'
  | 'unique-local'
  | 'multicast'
  | 'public';

const REACHES: readonly (readonly [AddressReach, (address: string) => boolean])[] = [
  ['unspecified', addressMatcher(['0.0.0.0/8', '::'])],
  ['loopback', addressMatcher(['127.0.0.0/8', '::1'])],
  ['link-local', addressMatcher(['169.254.0.0/16', 'fe80::/10'])],
  ['private', addressMatcher(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'])],
  ['cgnat', addressMatcher(['100.64.0.0/10'])],
  ['unique-local', addressMatcher(['fc00::/7'])],
  ['multicast', addressMatcher(['224.0.0.0/4', 'ff00::/8'])],
];

/** After IANA's registries of special-purpose addresses; what is in none of the above counts as public. */
export function reachOf(address: string): AddressReach {
  const plain = unmapAddress(address);
  return REACHES.find(([, matches]) => matches(plain))?.[0] ?? 'public';
}
