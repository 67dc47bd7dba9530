import { isIP } from 'node:net';
import type { Config } from '../../config/config.ts';
import type { DetectedAddresses } from '../../network/addresses/detect.ts';

/** What is told of a machine without an address. */
const NOT_FOUND = '0.0.0.0';

/** What is to be done before the name leads to this machine; nothing where it does. */
export function nameProblems(
  config: Config,
  { nodeIP, nodeIPv6, facts }: DetectedAddresses,
): readonly string[] {
  const { host, tls } = config.server;
  if (host === undefined || isIP(host) !== 0) return [];
  const ours = [nodeIP, nodeIPv6, ...facts.interfaces.map(({ address }) => address)];
  const here = nodeIP === NOT_FOUND ? 'the address of this machine' : nodeIP;
  const forCertificate = tls.mode === 'acme' ? ' There is no certificate before that.' : '';
  if (facts.resolved.length === 0) {
    return [`Give ${host} an A record with ${here}: DNS does not know it.${forCertificate}`];
  }
  const others = facts.resolved.filter((address) => !ours.includes(address));
  if (others.length === 0) return [];
  return [
    `Let DNS point ${host} to this machine: it is ${others.join(', ')}, and this machine is ${here}; right only if a NAT forwards it.${forCertificate}`,
  ];
}
