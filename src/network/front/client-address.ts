import { BlockList, isIP } from 'node:net';
import { DomainError } from '../../lib/errors.ts';

/** What a listener knows of a request before any proxy is believed. */
export interface Peer {
  readonly address: string;
  readonly secure: boolean;
}

/** Tells who the client is from who connected and, where a trusted proxy did, from what it says. */
export type ClientOf = (peer: Peer, headers: Headers) => Peer;

/**
 * A proxy appends the address it saw, so the list is read from the right: the first address that is no trusted
 * proxy's is the client's, whatever the client itself wrote further left.
 *
 * @throws DomainError `bad_address` for an entry that is neither an address nor a CIDR.
 */
export function createClientOf(trustedProxies: readonly string[]): ClientOf {
  if (trustedProxies.length === 0) return (peer) => ({ ...peer, address: plainAddress(peer.address) });
  const trusted = blockList(trustedProxies);

  return (peer, headers) => {
    let address = plainAddress(peer.address);
    if (!contains(trusted, address)) return { address, secure: peer.secure };
    const hops = (headers.get('X-Forwarded-For') ?? '').split(',').map((hop) => withoutPort(hop.trim()));
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) break;
      address = plainAddress(hop);
      if (!contains(trusted, address)) break;
    }
    return { address, secure: peer.secure || headers.get('X-Forwarded-Proto') === 'https' };
  };
}

/** An IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` becomes `192.0.2.1` again. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = familyOf(address);
    const bits = prefix === undefined ? undefined : Number(prefix);
    const most = family === 'ipv4' ? 32 : 128;
    if (
      isIP(address) === 0 ||
      (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= most))
    ) {
      throw new DomainError(
        'bad_address',
        `server.trustedProxies: "${entry}" is neither an address nor a CIDR.`,
        {
          fix: 'Write an address such as 10.0.0.1 or a network such as 10.0.0.0/8.',
        },
      );
    }
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}
