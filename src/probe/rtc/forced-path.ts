// werift: WebRTC in TypeScript, so that a client of a room fits into the executable; the recorder's too.
import type { CandidatePair, PeerConfig } from 'werift';
import type { MediaPath } from '../report.ts';
import { type Trust, tlsOptions } from '../trust.ts';
import { type IceServer, turnServerOf } from './ice-server.ts';

/** Nobody is asked for our own address: a server learns it from our first packet. werift asks Google by itself. */
const NOBODY = { urls: 'stun:127.0.0.1:9' };
const NO_WAIT_S = 0.001;

/** The configuration of a peer connection that can connect over this path alone. */
export function peerConfig(
  path: MediaPath,
  servers: readonly IceServer[],
  trust: Trust,
): Partial<PeerConfig> {
  const turn = turnServerOf(path, servers);
  return {
    iceServers: turn ? [{ urls: turn.url, username: turn.username, credential: turn.credential }] : [NOBODY],
    iceTransportPolicy: turn ? 'relay' : 'all',
    iceStunGatherTimeout: NO_WAIT_S,
    iceUseTcp: path === 'tcp',
    iceTcpPassive: false,
    turnTlsOptions: tlsOptions(trust),
    iceFilterCandidatePair: (pair) => isOnPath(path, pair),
  };
}

/** Whether one of our candidates may be told to the server. */
export function isOwnCandidate(path: MediaPath, candidate: string): boolean {
  const [, , protocol = '', , , , , type] = candidate.replace(/^(a=)?candidate:/, '').split(' ');
  if (path.startsWith('turn')) return type === 'relay';
  return type !== 'relay' && protocol.toLowerCase() === path;
}

function isOnPath(path: MediaPath, { localCandidate, remoteCandidate, protocol }: CandidatePair): boolean {
  if (localCandidate.type === 'relay') {
    // werift turns to TCP where TURN over UDP fails, which is another path
    return path === 'turn-tls' || (path === 'turn-udp' && transportOf(protocol) === 'udp');
  }
  return localCandidate.transport === path && remoteCandidate.transport === path;
}

function transportOf(protocol: CandidatePair['protocol']): string | undefined {
  return 'turn' in protocol ? (protocol.turn as { transport: { type: string } }).transport.type : undefined;
}
