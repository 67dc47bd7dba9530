import type { Config, PortRange } from '../config.ts';
import type { Conflict, Rule } from './rule.ts';

interface Use {
  readonly key: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly ports: PortRange;
}

/** No port is asked for twice. */
export const portsRule: Rule = {
  reads: [
    'server.port',
    'server.tls.mode',
    'livekit.external',
    'livekit.configPath',
    'livekit.port',
    'livekit.tcpPort',
    'livekit.udpPorts',
    'livekit.turn.enabled',
    'livekit.turn.udpPort',
    'livekit.turn.tlsPort',
    'livekit.turn.relayPorts',
  ],
  check({ config, isGiven }) {
    const uses = portsInUse(config);
    const conflicts: Conflict[] = [];
    uses.forEach((use, i) => {
      for (const other of uses.slice(0, i)) {
        if (use.protocol !== other.protocol || !overlap(use.ports, other.ports)) continue;
        // Point at what somebody wrote: the default of the other key is not theirs to see.
        const [key, against] = isGiven(use.key) ? [use, other] : [other, use];
        conflicts.push({
          key: key.key,
          problem: `${key.key} (${show(key.ports)}) and ${against.key} (${show(against.ports)}) use the same ${use.protocol} port`,
          fix: 'give each ports of its own',
        });
      }
    });
    return conflicts;
  },
};

function portsInUse({ server, livekit }: Config): readonly Use[] {
  const uses: Use[] = [{ key: 'server.port', protocol: 'TCP', ports: one(server.port) }];
  if (livekit.external || livekit.configPath !== undefined) return uses;
  uses.push(
    { key: 'livekit.port', protocol: 'TCP', ports: one(livekit.port) },
    { key: 'livekit.tcpPort', protocol: 'TCP', ports: one(livekit.tcpPort) },
    { key: 'livekit.udpPorts', protocol: 'UDP', ports: livekit.udpPorts },
  );
  if (!livekit.turn.enabled) return uses;
  uses.push(
    { key: 'livekit.turn.udpPort', protocol: 'UDP', ports: one(livekit.turn.udpPort) },
    { key: 'livekit.turn.relayPorts', protocol: 'UDP', ports: livekit.turn.relayPorts },
  );
  // With TLS the server's own port answers TURN as well: naming the same one twice is one listener.
  if (server.tls.mode !== 'off' && livekit.turn.tlsPort !== server.port) {
    uses.push({ key: 'livekit.turn.tlsPort', protocol: 'TCP', ports: one(livekit.turn.tlsPort) });
  }
  return uses;
}

function one(port: number): PortRange {
  return { from: port, to: port };
}

function overlap(a: PortRange, b: PortRange): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function show({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}
