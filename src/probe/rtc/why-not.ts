import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { reachOf } from '../../network/addresses/classify.ts';
import type { MediaPath } from '../report.ts';
import { describeTcp, tryTcp } from '../steps/tcp.ts';

export interface FailedPath {
  readonly path: MediaPath;
  /** The server's candidates as signalling told them, without their prefix. */
  readonly candidates: readonly string[];
  /** What the server's name resolves to here. */
  readonly serverAddresses: readonly string[];
  /** What an allocation at the TURN server gave, for a relayed path. */
  readonly relay?: string;
  /** How it ended, for where the candidates tell nothing. */
  readonly cause: unknown;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Why no connection came about over a path on which everything before it went well. */
export async function whyNot(failed: FailedPath): Promise<DomainError> {
  const { path, candidates, serverAddresses, relay, cause } = failed;
  if (cause instanceof DomainError && cause.code !== 'path_failed') return cause;
  if (path === 'turn-udp' || path === 'turn-tls') return relayFailed(relay, candidates);
  const places = placesOf(path, candidates);
  if (places.length === 0) {
    return pathFailed(
      `The server announces no address for ${path.toUpperCase()}.`,
      path === 'tcp' ? 'Set livekit.tcpPort.' : 'Set livekit.udpPorts and livekit.nodeIP.',
    );
  }
  const tried = places.map(({ address, port }) => `${address} port ${port}`).join(', ');
  const strange = places.every(({ address }) => !serverAddresses.includes(address));
  const hidden = strange && places.every(({ address }) => reachOf(address) !== 'public');
  if (hidden && serverAddresses.some((address) => reachOf(address) === 'public')) {
    return pathFailed(
      `No answer: the server announces ${tried}, which can't be reached from outside its network.`,
      `Set livekit.nodeIP to the server's public address (its name resolves to ${serverAddresses.join(', ')}).`,
    );
  }
  // Said first: where packets go to another machine, no open port helps.
  const open = strange
    ? `The server's name resolves to ${serverAddresses.join(', ')}, not to ${places[0]?.address}: set livekit.nodeIP to the address that clients reach; where it is that one, open`
    : 'Open';
  if (path === 'udp') {
    return pathFailed(
      `No answer from ${tried} (UDP).`,
      `${open} livekit.udpPorts (UDP 50000-60000 unless set) in the server's firewalls, and let UDP out of this network.`,
    );
  }
  return pathFailed(
    `No connection: ${await tcpResults(places, failed)}.`,
    `${open} TCP ${places[0]?.port} (livekit.tcpPort) in the server's firewalls, and let it out of this network.`,
  );
}

async function tcpResults(places: readonly Place[], { clock, timeoutMs }: FailedPath): Promise<string> {
  const results = await Promise.all(
    places.map(async ({ address, port }) => {
      const failure = await tryTcp(address, port, clock, timeoutMs);
      return `${address} port ${port}: ${describeTcp(failure)}`;
    }),
  );
  return results.join('; ');
}

/** An allocation worked, so the way from the relay to livekit is what fails; it is on the server. */
function relayFailed(relay: string | undefined, candidates: readonly string[]): DomainError {
  const peers = placesOf('udp', candidates).map(({ address }) => address);
  return pathFailed(
    `TURN works (${relay ?? 'relayed'}), but nothing comes through it to the media server at ${[...new Set(peers)].join(', ') || 'no address'}.`,
    "Check livekit.nodeIP: it must be an address at which the server reaches itself over UDP; see livekit's log for refused peers.",
  );
}

/** Candidates read `foundation component protocol priority address port typ type`. */
function placesOf(path: 'udp' | 'tcp', candidates: readonly string[]): Place[] {
  const places = new Map<string, Place>();
  for (const candidate of candidates) {
    const [, , protocol = '', , address = '', port] = candidate.split(' ');
    if (protocol.toLowerCase() === path)
      places.set(`${address} ${path === 'tcp' ? port : ''}`, { address, port: Number(port) });
  }
  return [...places.values()];
}

function pathFailed(message: string, fix: string): DomainError {
  return new DomainError('path_failed', message, { fix });
}
