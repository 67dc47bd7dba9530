import { isIPv6 } from 'node:net';
import { reachOf } from '../../../network/addresses/classify.ts';
import { type Check, ok, skipped, warning } from '../../check.ts';

/** An IPv6 address that clients are told of is one that they get through to. */
export const ipv6Check: Check = {
  id: 'network.ipv6',
  title: 'IPv6 works where it is announced',
  run({ config, addresses: { facts, nodeIP, nodeIPv6 } }) {
    const announced = [...facts.resolved, nodeIP, nodeIPv6].filter(
      (address) => address !== undefined && isIPv6(address) && reachOf(address) === 'public',
    );
    if (announced.length === 0) return skipped('No IPv6 address is announced.');
    if (facts.outbound.ipv6 !== undefined && reachOf(facts.outbound.ipv6) === 'public') {
      return ok(`${[...new Set(announced)].join(', ')}; this machine reaches the internet over IPv6.`);
    }
    return warning(
      `${announced[0]} is announced${config.server.host ? ` for ${config.server.host}` : ''}, but this machine has no way to the internet over IPv6.`,
      { trouble: 'ipv6-unrouted' },
    );
  },
};
