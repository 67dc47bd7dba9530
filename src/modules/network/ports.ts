import { listeningPorts } from '../../network/ports/listening.ts';
import type { Port } from './model.ts';
import type { NetworkPlan, PlannedPorts } from './plan.ts';

const HTTP_PORT = 80;
const HTTPS_PORT = 443;
type Planned = Omit<Port, 'listening'>;

/** What must be reachable, and what is used inside, in the order in which one opens a firewall. */
export function plannedPorts({ port, tls, media, direct }: NetworkPlan): readonly Planned[] {
  const server = { from: port(), to: port(), key: 'server.port' };
  const turnTls = tls?.turn && { from: tls.turn.port, to: tls.turn.port, key: 'livekit.turn.tlsPort' };
  const http = { from: HTTP_PORT, to: HTTP_PORT, key: 'server.tls.mode' };
  const isStandard = tls !== undefined && port() === HTTPS_PORT;
  const purpose = `page, API, signalling${turnTls ? ', TURN over TLS' : ''}`;
  return [
    open('tcp', server, purpose),
    ...(turnTls ? [open('tcp', turnTls, 'TURN over TLS')] : []),
    ...(isStandard ? [open('tcp', http, 'sends browsers to HTTPS; certificate authorities')] : []),
    ...(direct ? [open('tcp', direct, "livekit's own signalling")] : []),
    ...(media ? [open('udp', media.udp, 'media'), open('tcp', media.tcp, 'media over TCP')] : []),
    ...(media?.turn
      ? [
          open('udp', media.turn.udp, 'TURN and STUN'),
          // Both ends of a relayed path are on this machine: the relay and livekit's media ports.
          { ...open('udp', media.turn.relay, 'TURN relays to livekit from here'), public: false },
        ]
      : []),
  ];
}

/** The same with what is found listening now. */
export async function portsNow(plan: NetworkPlan): Promise<readonly Port[]> {
  const [tcp, udp] = await Promise.all([listeningPorts('tcp'), listeningPorts('udp')]);
  const found = { tcp, udp };
  return plannedPorts(plan).map((planned) => ({
    ...planned,
    // Ports of a range are opened only when used.
    listening: planned.port === planned.to ? found[planned.protocol].has(planned.port) : null,
  }));
}

function open(protocol: Port['protocol'], { from, to, key }: PlannedPorts, purpose: string): Planned {
  return { protocol, port: from, to, purpose, key, public: true };
}
