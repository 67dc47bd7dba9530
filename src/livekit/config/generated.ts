import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { dump } from 'js-yaml';
import type { LiveKitConfig, RoomDefaults, Secrets } from '../../config/config.ts';
import { lookUpKey } from './known-keys.ts';
import { isRestrictedPeer } from './restricted-peer.ts';

export interface GeneratedConfigInput {
  readonly livekit: Pick<LiveKitConfig, 'port' | 'bind' | 'tcpPort' | 'udpPorts' | 'turn' | 'redis'>;
  readonly rooms: RoomDefaults;
  readonly secrets: Pick<Secrets, 'livekitApiKey' | 'livekitApiSecret'>;
  /** What the binary's `--version` says: `1.13.5`. Only keys that it knows are written. */
  readonly version: string;
  /** What ICE candidates and TURN addresses announce. */
  readonly nodeIP: string;
  /** The IPv6 address beside an IPv4 `nodeIP`. */
  readonly nodeIPv6?: string;
  /** Our plain listener on loopback. */
  readonly webhookUrl: string;
  /** A free port; livekit serves its metrics there, on the addresses of its API. */
  readonly prometheusPort: number;
  /** TURN/TLS, when the front terminates it: the public name, and the internal port of livekit's plaintext listener. */
  readonly turnTls?: { readonly domain: string; readonly port: number };
  /** Names of interfaces whose addresses no client can reach: bridges, tunnels, containers. */
  readonly excludedInterfaces?: readonly string[];
  /** Networks, as CIDR, whose addresses alone candidates are made of; all when empty. */
  readonly offeredNetworks?: readonly string[];
  /** Servers that clients shall ask for their own address; with TURN/UDP on, ours answers that already. */
  readonly stunServers?: readonly string[];
}

type Section = Readonly<Record<string, unknown>>;

/**
 * The configuration file of the bundled livekit-server, as YAML. Pure: the same input gives the same text. The
 * text holds secrets: write it 0600 and remove it with the child.
 */
export function generateLiveKitConfig(input: GeneratedConfigInput): { readonly yaml: string } {
  const { livekit, rooms, secrets } = input;
  const sections: Section = {
    port: livekit.port,
    bind_addresses: bindAddresses(livekit.bind),
    keys: { [secrets.livekitApiKey]: secrets.livekitApiSecret },
    rtc: rtcSection(input),
    turn: turnSection(input),
    room: {
      // The proxy decides who may join; a room that a crash of livekit took away must come back by itself.
      auto_create: true,
      empty_timeout: seconds(rooms.emptyTimeout),
      departure_timeout: seconds(rooms.departureTimeout),
      max_participants: rooms.maxParticipants,
      enable_remote_unmute: true,
    },
    webhook: { urls: [input.webhookUrl], api_key: secrets.livekitApiKey },
    prometheus: { port: input.prometheusPort, ...prometheusLogin(secrets) },
    logging: { json: true, level: 'info' },
    ...(livekit.redis !== undefined && { redis: redisSection(livekit.redis) }),
  };
  return { yaml: dump(withoutUnknown(sections, '', input.version)) };
}

/** How livekit's metrics are fetched: derived from the API secret, so that a public bind does not show them to all. */
export function prometheusLogin(secrets: Pick<Secrets, 'livekitApiSecret'>): {
  readonly username: string;
  readonly password: string;
} {
  const password = createHmac('sha256', secrets.livekitApiSecret).update('prometheus').digest('base64url');
  return { username: 'didar', password };
}

/** Loopback is always among them: health checks, the proxy and the metrics go there. */
function bindAddresses(bind: string): readonly string[] {
  const reachesLoopback = ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(bind);
  if (!reachesLoopback) return [bind, '127.0.0.1'];
  return [bind === 'localhost' ? '127.0.0.1' : bind];
}

function rtcSection(input: GeneratedConfigInput): Section {
  const { tcpPort, udpPorts } = input.livekit;
  return {
    // An address found by STUN would win over ours, and without internet the start would fail.
    use_external_ip: false,
    node_ip: [input.nodeIP, input.nodeIPv6].filter(Boolean).join(','),
    tcp_port: tcpPort,
    ...(udpPorts.from === udpPorts.to
      ? { udp_port: udpPorts.from }
      : { port_range_start: udpPorts.from, port_range_end: udpPorts.to }),
    stun_servers: stunServers(input),
    allow_tcp_fallback: true,
    // A network that closes to 443 in mid-call: straight to TURN/TLS, 18 s instead of 34. It skips ICE/TCP, so
    // only where TURN/TLS is there.
    ...(input.turnTls && { tcp_fallback_rtt_threshold: 1 }),
    ...(input.excludedInterfaces?.length && { interfaces: { excludes: input.excludedInterfaces } }),
    ...(input.offeredNetworks?.length && { ips: { includes: input.offeredNetworks } }),
    // A machine without a network still has meetings with itself.
    ...(isLoopback(input.nodeIP) && { enable_loopback_candidate: true }),
  };
}

/** Never an empty list without TURN: livekit then hands its clients the STUN servers of other companies. */
function stunServers(input: GeneratedConfigInput): readonly string[] {
  if (input.stunServers?.length) return input.stunServers;
  const { enabled, udpPort } = input.livekit.turn;
  return enabled ? [] : [`${isIPv6(input.nodeIP) ? `[${input.nodeIP}]` : input.nodeIP}:${udpPort}`];
}

function turnSection({ livekit, turnTls, nodeIP, nodeIPv6 }: GeneratedConfigInput): Section {
  const { enabled, udpPort, relayPorts } = livekit.turn;
  if (!enabled) return { enabled };
  const ownPrivate = [nodeIP, nodeIPv6].filter((ip) => ip !== undefined).filter(isRestrictedPeer);
  return {
    enabled,
    udp_port: udpPort,
    relay_range_start: relayPorts.from,
    relay_range_end: relayPorts.to,
    // The default, 0.0.0.0, wants an IPv4 node address: "no matching node IP for relay" ends the start otherwise.
    ...(isIPv6(nodeIP) && { bind_addresses: ['::'] }),
    // The front terminates TLS, so that a new certificate needs no restart; livekit gets plain TURN over TCP.
    ...(turnTls && { domain: turnTls.domain, tls_port: turnTls.port, external_tls: true }),
    // Relayed clients reach livekit at its own address: where that is private, it must be allowed by name.
    ...(ownPrivate.length > 0 && {
      allow_restricted_peer_cidrs: ownPrivate.map((ip) => `${ip}/${isIPv6(ip) ? 128 : 32}`),
    }),
  };
}

/** `redis://user:password@host:6379/0`, `rediss://…`, or `host:6379`. */
function redisSection(redis: string): Section {
  const url = new URL(redis.includes('://') ? redis : `redis://${redis}`);
  const db = Number(url.pathname.slice(1));
  return {
    address: `${url.hostname}:${url.port || '6379'}`,
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(db > 0 && { db }),
    ...(url.protocol === 'rediss:' && { use_tls: true }),
  };
}

function withoutUnknown(section: Section, path: string, version: string): Section {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(section)) {
    const key = path === '' ? name : `${path}.${name}`;
    const found = lookUpKey(key, version);
    if (!found?.known) continue;
    kept[name] = found.kind === 'map' ? withoutUnknown(value as Section, key, version) : value;
  }
  return kept;
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
