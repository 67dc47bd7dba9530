import { isIP } from 'node:net';
import { DomainError } from '../../lib/errors.ts';
import { reachOf } from '../../network/addresses/classify.ts';
import { turnTlsAllocation, turnUdpAllocation } from '../../network/stun/self-test.ts';
import { resolve } from '../steps/dns.ts';
import type { TurnServer } from './ice-server.ts';
import type { PathTrial } from './try-path.ts';

const ANSWER_LIMIT_MS = 5_000;

export type Allocating = Pick<PathTrial, 'path' | 'trust' | 'clock' | 'serverAddresses' | 'serverPort'>;

/**
 * Takes a relay at a TURN server and tells where. Asked apart from ICE, since ICE tells only that it failed.
 *
 * @throws DomainError with what hindered it, and with the key that sends clients to a wrong place
 */
export async function allocate(turn: TurnServer, trial: Allocating): Promise<string> {
  const { host, port } = turn;
  const relayed = await askForRelay(turn, trial).catch((error: unknown) => {
    const fix = fixOfPlace(turn, trial);
    if (!(error instanceof DomainError) || fix === undefined) throw error;
    throw new DomainError(error.code, error.message, { fix, cause: error });
  });
  if (reachOf(relayed) === 'unspecified') throw noRelayAddress(relayed);
  return `relayed by ${host} port ${port} at ${relayed}`;
}

async function askForRelay(
  { host, port, username, credential: password }: TurnServer,
  { path, trust, clock }: Allocating,
): Promise<string> {
  const [address = host] = isIP(host) ? [host] : await resolve(host, clock, ANSWER_LIMIT_MS);
  const common = { address, port, username, password, timeoutMs: ANSWER_LIMIT_MS, clock };
  const { relayed } =
    path === 'turn-tls'
      ? await turnTlsAllocation({ ...common, servername: host, ...trust })
      : await turnUdpAllocation(common);
  return relayed.address;
}

/** What to do where clients are sent to another place than the one at which the server was found. */
function fixOfPlace({ host, port }: TurnServer, { path, serverAddresses, serverPort }: Allocating) {
  if (path === 'turn-tls') {
    return port === serverPort
      ? undefined
      : `Clients dial TURN over TLS on port ${port}, whatever is configured, and the server is on ${serverPort}: take another server away from ${port} and set server.port: ${port}, or forward ${port} to ${serverPort}.`;
  }
  return isIP(host) === 0 || serverAddresses.includes(host)
    ? undefined
    : `Clients are sent to ${host}, and the server's name resolves to ${serverAddresses.join(', ')}: set livekit.nodeIP to the address that clients reach.`;
}

/** What clients ask for when they don't name a family is IPv4 (RFC 8656, section 5); no browser names one. */
function noRelayAddress(address: string): DomainError {
  return new DomainError('path_failed', `The TURN server relays from ${address}, which is no address.`, {
    fix: 'Give the server an IPv4 address (livekit.nodeIP): relays are made over IPv4.',
  });
}
