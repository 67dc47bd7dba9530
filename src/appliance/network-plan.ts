import type { Config } from '../config/config.ts';
import type { StaticConfig } from '../livekit/static/read-static-config.ts';
import type { MediaPorts, NetworkPlan, PlannedPorts } from '../modules/network/plan.ts';
import { decideNodeIp } from '../network/addresses/decide.ts';
import type { DetectedAddresses } from '../network/addresses/detect.ts';
import type { CertificateStore } from '../network/tls/certificate-store.ts';
import type { MediaPlan } from './media-plan.ts';
import type { PublicUrls } from './public-url.ts';
import type { TurnBehindFront } from './turn-behind-front.ts';

export interface NetworkPlanOptions {
  readonly config: Config;
  readonly plan: MediaPlan;
  readonly addresses: DetectedAddresses;
  readonly urls: Pick<PublicUrls, 'http'>;
  /** Of the front. */
  readonly port: () => number;
  /** Undefined with TLS off. */
  readonly certificates: CertificateStore | undefined;
  readonly turnTls: Pick<TurnBehindFront, 'domain'> | undefined;
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** How people are to reach this server, put together from the configuration of whoever wrote livekit's. */
export function planNetwork(options: NetworkPlanOptions): NetworkPlan {
  const { config, plan, addresses, port, certificates, turnTls } = options;
  const { livekit } = config;
  const file = plan.mode === 'static' ? plan.file : undefined;
  const direct =
    plan.mode === 'embedded' && livekit.host !== undefined && !LOOPBACK.test(livekit.bind)
      ? { ...one(livekit.port), key: 'livekit.port' }
      : undefined;
  return {
    node: nodeOf(addresses, file),
    port,
    ...(certificates && {
      tls: {
        turn: turnTls && { domain: turnTls.domain, port: livekit.turn.tlsPort },
        host: config.server.host ?? addresses.nodeIP,
        certificates,
      },
    }),
    ...(plan.mode !== 'external' && { media: file ? portsOfFile(file) : portsOfConfig(livekit) }),
    ...(direct && { direct }),
    signallingUrl: () => signallingUrl(options),
  };
}

/** Where clients are sent. Behind a proxy only they know its URL: the front is asked itself then. */
function signallingUrl({ config: { server, livekit }, urls, port }: NetworkPlanOptions): string {
  if (livekit.host !== undefined) return livekit.host.replace(/^ws/, 'http').replace(/\/$/, '');
  if (server.trustedProxies.length === 0) return urls.http();
  const bind = ['0.0.0.0', '::'].includes(server.bind) ? '127.0.0.1' : server.bind;
  return `${server.tls.mode === 'off' ? 'http' : 'https'}://${bind.includes(':') ? `[${bind}]` : bind}:${port()}`;
}

function nodeOf(addresses: DetectedAddresses, file: StaticConfig | undefined): NetworkPlan['node'] {
  if (file === undefined) {
    const { nodeIP, nodeIPv6 = null, source, nat } = addresses;
    return { ip: nodeIP, ipv6: nodeIPv6, source, nat };
  }
  // livekit takes an address, or one of each family with a comma between.
  const [first, second] = file.nodeIP?.split(',').map((ip) => ip.trim()) ?? [];
  const { nodeIP, source, nat } = decideNodeIp({ config: { nodeIP: first }, ...addresses.facts });
  return { ip: nodeIP, ipv6: second ?? null, source, nat };
}

function portsOfConfig({ tcpPort, udpPorts, turn }: Config['livekit']): MediaPorts {
  return {
    tcp: { ...one(tcpPort), key: 'livekit.tcpPort' },
    udp: { ...udpPorts, key: 'livekit.udpPorts' },
    ...(turn.enabled && {
      turn: {
        udp: { ...one(turn.udpPort), key: 'livekit.turn.udpPort' },
        relay: { ...turn.relayPorts, key: 'livekit.turn.relayPorts' },
      },
    }),
  };
}

function portsOfFile({ path, tcpPort, udpPorts, turn }: StaticConfig): MediaPorts {
  const named = (key: string) => ({ key: `${key} in ${path}` });
  const udp: PlannedPorts =
    udpPorts.from === udpPorts.to
      ? { ...udpPorts, ...named('rtc.udp_port') }
      : { ...udpPorts, ...named('rtc.port_range_start') };
  return {
    tcp: { ...one(tcpPort), ...named('rtc.tcp_port') },
    udp,
    ...(turn.enabled &&
      turn.udpPort !== undefined && {
        turn: {
          udp: { ...one(turn.udpPort), ...named('turn.udp_port') },
          relay: { ...turn.relayPorts, ...named('turn.relay_range_start') },
        },
      }),
  };
}

const one = (port: number) => ({ from: port, to: port });
