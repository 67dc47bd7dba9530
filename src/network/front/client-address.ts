import { isIP } from 'node:net';
import { addressMatcher, parseCidr, unmapAddress } from '../../lib/cidr.ts';
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
  const bad = trustedProxies.find((entry) => parseCidr(entry) === undefined);
  if (bad !== undefined) throw badAddress(bad);
  if (trustedProxies.length === 0) return (peer) => ({ ...peer, address: unmapAddress(peer.address) });
  const isTrusted = addressMatcher(trustedProxies);

  return (peer, headers) => {
    let address = unmapAddress(peer.address);
    if (!isTrusted(address)) return { address, secure: peer.secure };
    const hops = (headers.get('X-Forwarded-For') ?? '').split(',').map((hop) => withoutPort(hop.trim()));
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) break;
      address = unmapAddress(hop);
      if (!isTrusted(address)) break;
    }
    return { address, secure: peer.secure || headers.get('X-Forwarded-Proto') === 'https' };
  };
}

function badAddress(entry: string): DomainError {
  return new DomainError(
    'bad_address',
    `server.trustedProxies: "${entry}" is neither an address nor a CIDR.`,
    { fix: 'Write an address such as 10.0.0.1 or a network such as 10.0.0.0/8.' },
  );
}

/** Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}
