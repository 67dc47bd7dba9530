import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { unmapAddress } from '../../lib/cidr.ts';
import { lookUp } from '../../lib/look-up.ts';
import type { AddressFacts } from './decide.ts';
import { listInterfaces } from './interfaces.ts';

/** Addresses of documentation (RFC 5737, RFC 3849): routed like any in the internet, and nobody's. */
const FAR_AWAY = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } as const;
const DISCARD_PORT = 9;
const RESOLVE_LIMIT_MS = 3_000;

/**
 * Finds out this machine's addresses. Sends no packet but those of resolving `host`, which may take up to 3 s where
 * DNS does not answer; never throws: what can't be found is left out.
 */
export async function probeAddresses(host: string | undefined): Promise<AddressFacts> {
  const [ipv4, ipv6, resolved] = await Promise.all([
    outboundAddress('ipv4'),
    outboundAddress('ipv6'),
    host === undefined ? [] : resolveHost(host),
  ]);
  return {
    interfaces: listInterfaces(networkInterfaces()),
    outbound: { ...(ipv4 === undefined ? {} : { ipv4 }), ...(ipv6 === undefined ? {} : { ipv6 }) },
    resolved,
  };
}

/**
 * The source address that the kernel chooses for the internet: connecting a UDP socket looks up the route and sends
 * nothing. Undefined without such a route.
 */
export function outboundAddress(family: 'ipv4' | 'ipv6'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 'ipv4' ? 'udp4' : 'udp6');
    const done = (address?: string) => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => done());
    socket.connect(DISCARD_PORT, FAR_AWAY[family], () => done(unmapAddress(socket.address().address)));
  });
}

/** The addresses of a name as this machine sees them (hosts file and DNS); none when it does not resolve in time. */
export async function resolveHost(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const limit = Promise.withResolvers<readonly string[]>();
  const timer = setTimeout(() => limit.resolve([]), RESOLVE_LIMIT_MS);
  const found = lookUp(host).then(
    (addresses) => addresses.map(unmapAddress),
    () => [],
  );
  return Promise.race([found, limit.promise]).finally(() => clearTimeout(timer));
}
