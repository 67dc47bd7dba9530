import type { Config } from '../config/config.ts';
import { freePort, isPortFree } from '../lib/free-port.ts';
import type { Logger } from '../lib/log.ts';
import type { DetectedAddresses } from '../network/addresses/detect.ts';
import { guardPort, type PortGuard } from '../network/firewall/guard-port.ts';
import { readGuardedPort } from '../network/firewall/guarded-port.ts';
import type { MediaPlan } from './media-plan.ts';

/** TURN/TLS, terminated by the front: the public name, and livekit's plaintext port behind it. */
export interface TurnBehindFront {
  readonly domain: string;
  /** Where the front dials livekit's listener; also what TURN tells its clients of their own address. */
  readonly address: string;
  readonly port: number;
  /** livekit's port speaks plainly on all addresses: closed to other machines, or not. */
  readonly guard: PortGuard;
}

export interface TurnBehindFrontOptions {
  readonly config: Config;
  readonly plan: MediaPlan;
  /** The name or address by which clients dial the server. */
  readonly host: string;
  readonly addresses: Pick<DetectedAddresses, 'nodeIP' | 'nat' | 'facts'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

const LOOPBACK = '127.0.0.1';

/** Undefined where there is no TURN/TLS: TLS off, TURN off, a livekit that we don't configure, or no name for it. */
export async function turnBehindFront(options: TurnBehindFrontOptions): Promise<TurnBehindFront | undefined> {
  const { config, plan, host, addresses, env, log } = options;
  const { turn } = config.livekit;
  if (config.server.tls.mode === 'off' || !turn.enabled || plan.mode !== 'embedded') return undefined;
  if (!isTurnDomain(host)) {
    log.warn('no TURN over TLS: livekit takes only a full name or an IPv4 address for it', {
      host,
      fix: 'set server.host to the public name of this server',
    });
    return undefined;
  }
  const { port, guard } = await closedPort(config.data, env.RUNTIME_DIRECTORY?.split(':')[0]);
  if (guard.state === 'open') {
    log.warn("livekit's plaintext TURN port is open to other machines", {
      port,
      reason: guard.reason,
      fix: `close tcp/${port} in the firewall, or let didar do it (CAP_NET_ADMIN and nftables)`,
    });
  }
  return { domain: host, address: ownAddress(addresses), port, guard };
}

/** The port that the service's unit closed as root, before this start; else one that is closed here, if it may be. */
async function closedPort(
  owner: string,
  runtimeDir: string | undefined,
): Promise<Pick<TurnBehindFront, 'port' | 'guard'>> {
  const guarded = runtimeDir ? await readGuardedPort(runtimeDir) : undefined;
  if (guarded && (await isPortFree(guarded.port))) {
    const guard: PortGuard = { state: 'closed', by: guarded.by, release: async () => undefined };
    return { port: guarded.port, guard };
  }
  const port = await freePort();
  return { port, guard: await guardPort({ port, owner }) };
}

/** livekit-server refuses names without a dot and IPv6 literals as `turn.domain`. */
function isTurnDomain(host: string): boolean {
  return host.includes('.') && !host.includes(':');
}

/**
 * An address of this machine by which to dial livekit's listener: of the family of `nodeIP`, since livekit relays in
 * the family in which it was dialled, and not loopback where there is another.
 */
function ownAddress({ nodeIP, nat, facts }: TurnBehindFrontOptions['addresses']): string {
  return nat ? (facts.outbound.ipv4 ?? LOOPBACK) : nodeIP;
}
