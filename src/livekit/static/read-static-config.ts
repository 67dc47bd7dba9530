import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { PortRange } from '../../config/config.ts';
import type { Fault } from '../../config/faults.ts';
import { readYaml } from '../../config/yaml.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { ListenPlace } from '../../network/front/listen-error.ts';
import { checkLiveKitYaml } from '../config/check-yaml.ts';
import { isMapping } from '../config/value-kinds.ts';
import { type MissingSetting, missingSettings } from './missing-settings.ts';

/** What Didar takes from a livekit.yaml of the operator's, which it never writes. */
export interface StaticConfig {
  readonly path: string;
  readonly port: number;
  /** API keys and their secrets, in the order of the file; the first pair is ours to use. */
  readonly keys: ReadonlyMap<string, string>;
  /** Where its API is asked on this machine. */
  readonly host: string;
  /** Empty: all addresses. */
  readonly bindAddresses: readonly string[];
  readonly tcpPort: number;
  /** Of the UDP mux; undefined when a range is used. */
  readonly udpPort?: number;
  readonly nodeIP?: string;
  /** It asks STUN servers in the internet for its address, and does not start without an answer. */
  readonly useExternalIp: boolean;
  /** Interfaces whose addresses are not offered to clients. */
  readonly excludedInterfaces: readonly string[];
  /** Where media comes in over UDP; one port is the mux. */
  readonly udpPorts: PortRange;
  readonly turn: {
    readonly enabled: boolean;
    readonly udpPort?: number;
    readonly tlsPort?: number;
    readonly relayPorts: PortRange;
    /** Private networks that it relays to; since 1.12 to no others. */
    readonly allowedPeers: readonly string[];
  };
  readonly prometheus?: { readonly port: number; readonly username?: string; readonly password?: string };
  readonly webhookUrls: readonly string[];
  readonly jsonLog: boolean;
  /** What must be free before it starts. */
  readonly listens: readonly ListenPlace[];
  /** What would end its start, as far as we know that version. */
  readonly faults: readonly Fault[];
  /** What Didar needs and the file lacks, with the lines to add. */
  readonly missing: readonly MissingSetting[];
}

export interface ReadStaticOptions {
  /** Our webhook's URL as livekit-server can reach it. */
  readonly webhookUrl?: string;
}

type Section = Readonly<Record<string, unknown>>;

/**
 * Reads a static configuration, and its key file where it names one.
 *
 * @throws DomainError `livekit_config_unreadable`, or `livekit_config_invalid` when it is no YAML
 */
export async function readStaticConfig(
  path: string,
  version: string,
  options: ReadStaticOptions = {},
): Promise<StaticConfig> {
  const text = await assertReadable(path);
  const { value, problems } = readYaml(text);
  const [problem] = problems;
  if (problem !== undefined || !isMapping(value)) {
    const where = problem?.line === undefined ? path : `${path}, line ${problem.line}`;
    throw new DomainError(
      'livekit_config_invalid',
      `${where}: ${problem?.problem ?? 'is not a mapping of keys'}`,
      {
        fix: problem?.fix ?? 'write "key: value" lines, or remove livekit.configPath',
        details: { path, faults: problems },
      },
    );
  }
  const config = { ...settingsOf(value), keys: await keysOf(value, path) };
  const faults = checkLiveKitYaml(text, version);
  return {
    path,
    ...config,
    listens: listensOf(config, path),
    faults,
    missing: missingSettings(config, value, options.webhookUrl),
  };
}

/**
 * The text of a static configuration.
 *
 * @throws DomainError `livekit_config_unreadable`
 */
export async function assertReadable(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DomainError('livekit_config_unreadable', `${path} cannot be read: ${messageOf(cause)}`, {
      fix: 'set livekit.configPath (LIVEKIT_CONFIG_PATH) to a file that this user may read, or remove it to use the generated configuration',
      cause,
      details: { path, key: 'livekit.configPath' },
    });
  }
}

/** livekit-server's own defaults stand where the file says nothing. */
function settingsOf(config: Section) {
  const [rtc, turn, webhook, logging, prometheus] = ['rtc', 'turn', 'webhook', 'logging', 'prometheus'].map(
    (name) => sectionOf(config, name),
  ) as [Section, Section, Section, Section, Section];
  const bindAddresses = texts(config.bind_addresses);
  const udpPort = rtc.port_range_start === undefined ? number(rtc.udp_port) : undefined;
  const prometheusPort = number(prometheus.port) ?? number(config.prometheus_port);
  return {
    port: number(config.port) ?? 7880,
    bindAddresses,
    host: reachableHost(bindAddresses),
    tcpPort: number(rtc.tcp_port) ?? 7881,
    udpPort,
    udpPorts:
      udpPort === undefined
        ? range(rtc.port_range_start, rtc.port_range_end, { from: 50_000, to: 60_000 })
        : { from: udpPort, to: udpPort },
    nodeIP: text(rtc.node_ip),
    useExternalIp: rtc.use_external_ip === true,
    excludedInterfaces: texts(sectionOf(rtc, 'interfaces').excludes),
    turn: {
      enabled: turn.enabled === true,
      udpPort: number(turn.udp_port),
      tlsPort: number(turn.tls_port),
      allowedPeers: texts(turn.allow_restricted_peer_cidrs),
      relayPorts: range(turn.relay_range_start, turn.relay_range_end, { from: 30_000, to: 40_000 }),
    },
    ...(prometheusPort !== undefined && {
      prometheus: {
        port: prometheusPort,
        username: text(prometheus.username),
        password: text(prometheus.password),
      },
    }),
    webhookUrls: texts(webhook.urls),
    jsonLog: logging.json === true,
  };
}

/** Like livekit-server: a key file wins over keys in the configuration itself. */
async function keysOf(config: Section, path: string): Promise<ReadonlyMap<string, string>> {
  const file = text(config.key_file);
  const source =
    file === undefined ? config.keys : readYaml(await assertReadable(resolve(dirname(path), file))).value;
  return new Map(
    Object.entries(isMapping(source) ? source : {}).map(([key, secret]) => [key, String(secret)]),
  );
}

function listensOf(config: ReturnType<typeof settingsOf>, path: string): readonly ListenPlace[] {
  const { port, tcpPort, udpPort, turn } = config;
  const bindKey = `bind_addresses in ${path}`;
  const anywhere = { bind: '0.0.0.0', bindKey };
  const udp = (place: { port: number; portKey: string }) => ({
    ...anywhere,
    ...place,
    protocol: 'udp' as const,
  });
  const binds = config.bindAddresses.length > 0 ? config.bindAddresses : ['0.0.0.0'];
  return [
    ...binds.map((bind) => ({ bind: bind || '0.0.0.0', bindKey, port, portKey: `port in ${path}` })),
    { ...anywhere, port: tcpPort, portKey: `rtc.tcp_port in ${path}` },
    ...(udpPort === undefined ? [] : [udp({ port: udpPort, portKey: `rtc.udp_port in ${path}` })]),
    ...(turn.enabled && turn.udpPort !== undefined
      ? [udp({ port: turn.udpPort, portKey: `turn.udp_port in ${path}` })]
      : []),
    ...(turn.enabled && turn.tlsPort !== undefined
      ? [{ ...anywhere, port: turn.tlsPort, portKey: `turn.tls_port in ${path}` }]
      : []),
  ];
}

function reachableHost(bindAddresses: readonly string[]): string {
  const isOpen =
    bindAddresses.length === 0 || bindAddresses.some((bind) => ['', '0.0.0.0', '::'].includes(bind));
  if (isOpen || bindAddresses.includes('127.0.0.1')) return '127.0.0.1';
  return bindAddresses[0] ?? '127.0.0.1';
}

function sectionOf(config: Section, name: string): Section {
  const section = config[name];
  return isMapping(section) ? section : {};
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** livekit-server takes its default unless both ends are given. */
function range(from: unknown, to: unknown, otherwise: PortRange): PortRange {
  const [start, end] = [number(from), number(to)];
  return start === undefined || end === undefined ? otherwise : { from: start, to: end };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
