import { isIP } from 'node:net';
import { reachOf } from '../../../network/addresses/classify.ts';
import { type Check, failed, ok, skipped, warning } from '../../check.ts';
import { isForThisMachineOnly, modeOf, type NameProblem, THIS_MACHINE_ONLY } from '../../subject.ts';

const KEY = 'server.host';

/** Rows 10 and 17: the public name resolves, and to this machine. */
export const hostNameCheck: Check = {
  id: 'network.host-name',
  title: 'The server has a name that leads here',
  run(subject) {
    const { config, addresses, nameProblem } = subject;
    const name = config.server.host;
    if (name === undefined) return skipped('server.host is not set: people use the address.');
    if (nameProblem !== undefined) return unresolved(name, nameProblem);
    if (isForThisMachineOnly(subject)) return skipped(THIS_MACHINE_ONLY);
    const { resolved, interfaces } = addresses.facts;
    if (resolved.every((address) => reachOf(address) === 'loopback')) {
      return warning(`${name} is ${resolved.join(', ')} here, and DNS knows no other address.`, {
        fix: `Give ${name} an A record with the address of this machine.`,
        key: KEY,
        trouble: 'client-timeout',
      });
    }
    const ours = new Set([addresses.nodeIP, addresses.nodeIPv6, ...interfaces.map((one) => one.address)]);
    const others = resolved.filter((address) => !ours.has(address));
    const shown = isIP(name) === 0 ? `${name} is ${resolved.join(', ')}` : name;
    if (others.length === 0) return ok(`${shown}: this machine.`);
    if (modeOf(subject) === 'external') {
      return ok(`${shown}; whether that leads here, "didar probe" tells from outside.`);
    }
    const evidence = `${shown}, but this machine is ${addresses.nodeIP}.`;
    const remedy = {
      fix: `Let DNS point ${name} to ${addresses.nodeIP}, without a proxy or CDN between; or set livekit.nodeIP if a NAT forwards ${others[0]} to this machine.`,
      key: KEY,
      trouble: 'client-timeout',
    };
    return others.length === resolved.length ? failed(evidence, remedy) : warning(evidence, remedy);
  },
};

function unresolved(name: string, { kind, message }: NameProblem) {
  return failed(`${name} does not resolve: ${message}.`, {
    fix:
      kind === 'unknown'
        ? `Add an A record for ${name} with the address of this machine, or correct server.host.`
        : 'Check the DNS servers in /etc/resolv.conf and the network of this machine.',
    key: KEY,
    trouble: 'behind-firewall',
  });
}
