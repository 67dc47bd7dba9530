import type { PortRange } from '../../../config/config.ts';
import { reachOf as reachOfAddress } from '../../../network/addresses/classify.ts';
import type { Packet } from '../../../network/firewall/matching.ts';
import { readRuleset } from '../../../network/firewall/read-ruleset.ts';
import { reachThroughUfw, readUfw } from '../../../network/firewall/ufw.ts';
import { type Reach, reachThrough } from '../../../network/firewall/verdict.ts';
import { type Check, failed, ok, skipped } from '../../check.ts';
import { staticConfigOf } from '../../livekit-files.ts';
import { isForThisMachineOnly, modeOf, type Subject, THIS_MACHINE_ONLY } from '../../subject.ts';

/** So many ports of a range are tried: rules are written for ranges, not for single ports of them. */
const SAMPLES = 16;

interface PublicPort {
  readonly protocol: Packet['protocol'];
  readonly ports: PortRange;
  readonly key: string;
}

/** Row 16: this machine's own firewall lets in what must come in. One before it only `didar probe` sees. */
export const firewallCheck: Check = {
  id: 'network.firewall',
  title: "This machine's firewall lets people in",
  async run(subject) {
    if (isForThisMachineOnly(subject)) return skipped(THIS_MACHINE_ONLY);
    const ruleset = await readRuleset();
    if (typeof ruleset === 'string') return skipped(ruleset);
    const ufw = await readUfw();
    const keeper = ufw ? 'ufw' : 'nftables';
    const judged = (await publicPorts(subject)).map((port) => ({
      port,
      reach: judge(
        port,
        (packet) => {
          const reach = reachThrough(ruleset, packet);
          return ufw && reach !== 'closed' ? reachThroughUfw(ufw, packet) : reach;
        },
        subject,
      ),
    }));
    const named = (reach: Reach) => judged.filter((one) => one.reach === reach).map(({ port }) => port);
    const closed = named('closed');
    if (closed.length > 0) {
      const isMedia = closed.some(({ protocol }) => protocol === 'udp');
      return failed(`The rules of ${keeper} let nobody in to ${closed.map(show).join(', ')}.`, {
        trouble: isMedia ? 'no-media' : 'behind-firewall',
        fix: howToOpen(closed),
        key: closed[0]?.key ?? 'server.port',
      });
    }
    const unclear = named('unclear');
    if (unclear.length > 0) {
      return skipped(
        `Whether the rules let people in to ${unclear.map(show).join(', ')} can't be told from here: "didar probe" can.`,
      );
    }
    return ok(`The rules of ${keeper} let people in to ${judged.map(({ port }) => show(port)).join(', ')}.`);
  },
};

async function publicPorts(subject: Subject): Promise<readonly PublicPort[]> {
  const { server, livekit } = subject.config;
  const one = (port: number) => ({ from: port, to: port });
  // Behind a proxy on this machine nobody else needs to come to it.
  const front: readonly PublicPort[] =
    reachOfAddress(server.bind) === 'loopback'
      ? []
      : [{ protocol: 'tcp', ports: one(server.port), key: 'server.port' }];
  if (modeOf(subject) === 'external') return front;
  if (modeOf(subject) === 'static') {
    const { tcpPort, udpPorts, turn } = await staticConfigOf(subject);
    const key = 'livekit.configPath';
    return [
      ...front,
      { protocol: 'tcp', ports: one(tcpPort), key },
      { protocol: 'udp', ports: udpPorts, key },
      ...(turn.enabled && turn.udpPort !== undefined
        ? [{ protocol: 'udp' as const, ports: one(turn.udpPort), key }]
        : []),
    ];
  }
  const { tcpPort, udpPorts, turn } = livekit;
  return [
    ...front,
    { protocol: 'tcp', ports: one(tcpPort), key: 'livekit.tcpPort' },
    { protocol: 'udp', ports: udpPorts, key: 'livekit.udpPorts' },
    ...(turn.enabled
      ? [{ protocol: 'udp' as const, ports: one(turn.udpPort), key: 'livekit.turn.udpPort' }]
      : []),
  ];
}

/** The worst of a range. */
function judge({ protocol, ports }: PublicPort, reachOf: (packet: Packet) => Reach, subject: Subject): Reach {
  const { nodeIP } = subject.addresses;
  const step = Math.max(1, Math.floor((ports.to - ports.from) / SAMPLES));
  const reaches = new Set<Reach>();
  for (let port = ports.from; port <= ports.to; port += step) {
    reaches.add(
      reachOf({
        protocol,
        port,
        family: nodeIP.includes(':') ? 'ip6' : 'ip',
        iifname: interfaceOf(subject),
      }),
    );
  }
  return reaches.has('closed') ? 'closed' : reaches.has('unclear') ? 'unclear' : 'open';
}

/** By which people come in: the one with our address, else the one that leads out. */
function interfaceOf({ addresses: { nodeIP, facts } }: Subject): string {
  const { interfaces, outbound } = facts;
  const found =
    interfaces.find(({ address }) => address === nodeIP) ??
    interfaces.find(({ address }) => address === outbound.ipv4 || address === outbound.ipv6);
  return found?.name ?? 'eth0';
}

function show({ protocol, ports, key }: PublicPort): string {
  return `${range(ports, '-')}/${protocol} (${key})`;
}

/** In the words of the firewall that is there. */
function howToOpen(closed: readonly PublicPort[]): string {
  if (Bun.which('ufw') !== null) {
    return closed.map(({ protocol, ports }) => `ufw allow ${range(ports, ':')}/${protocol}`).join('\n');
  }
  if (Bun.which('firewall-cmd') !== null) {
    const ports = closed
      .map(({ protocol, ports }) => `--add-port=${range(ports, '-')}/${protocol}`)
      .join(' ');
    return `firewall-cmd --permanent ${ports} && firewall-cmd --reload`;
  }
  const rules = closed.map(({ protocol, ports }) => `${protocol} dport ${range(ports, '-')} accept`);
  return `Add to the input chain, before what drops: ${rules.join('; ')}`;
}

function range({ from, to }: PortRange, between: string): string {
  return from === to ? String(from) : `${from}${between}${to}`;
}
