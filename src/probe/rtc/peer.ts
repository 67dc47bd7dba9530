import {
  classes,
  Message,
  methods,
  type RTCDataChannel,
  RTCPeerConnection,
  type RTCSctpTransport,
  StunOverTurnProtocol,
} from 'werift';
import { type Clock, wait } from '../../lib/clock.ts';
import { receiveInOrder } from '../../network/dtls/in-order.ts';
import { type PacketSender, renumberHandshake } from '../../network/dtls/renumber.ts';
import { survivingSockets } from '../../network/ice/sockets.ts';
import type { MediaPath } from '../report.ts';
import type { Trust } from '../trust.ts';
import { holdEarlyPackets } from './early-packets.ts';
import { isOwnCandidate, peerConfig } from './forced-path.ts';
import type { IceServer } from './ice-server.ts';

/** livekit's name for the channel of data that must arrive. */
const RELIABLE = '_reliable';
const PING_LIMIT_MS = 1_000;
const GATHER_LIMIT_MS = 3_000;
const RELEASE_LIMIT_MS = 1_000;

export interface PeerOptions {
  readonly path: MediaPath;
  readonly servers: readonly IceServer[];
  readonly trust: Trust;
  readonly clock: Clock;
  /** A candidate of ours to tell the server, as JSON. */
  readonly onCandidate: (candidate: string) => void;
  readonly onData: (bytes: Uint8Array) => void;
}

/** One peer connection with livekit's data channel, bound to a path. Descriptions are SDP texts. */
export interface Peer {
  offer(): Promise<string>;
  acceptAnswer(sdp: string): Promise<void>;
  answer(offer: string): Promise<string>;
  /** @param candidate JSON, as signalling carries it */
  addCandidate(candidate: string): Promise<void>;
  send(bytes: Uint8Array): void;
  /** Milliseconds of a round trip over the path in use; undefined when the packet or its answer got lost. */
  ping(): Promise<number | undefined>;
  /** Resolves when data can flow; never rejects: what waits has its own limit. */
  readonly connected: Promise<void>;
  close(): Promise<void>;
}

export function createPeer({ path, servers, trust, clock, onCandidate, onData }: PeerOptions): Peer {
  const pc = new RTCPeerConnection(peerConfig(path, servers, trust));
  const connected = Promise.withResolvers<void>();
  const gathered = Promise.withResolvers<void>();
  let channel: RTCDataChannel | undefined;

  pc.onIceCandidate.subscribe((candidate) => {
    if (candidate?.candidate && isOwnCandidate(path, candidate.candidate)) {
      onCandidate(JSON.stringify(candidate.toJSON()));
    }
  });
  pc.iceGatheringStateChange.subscribe((state) => {
    if (state === 'complete') gathered.resolve();
  });
  pc.connectionStateChange.subscribe((state) => {
    if (state === 'connected') connected.resolve();
  });
  pc.onDataChannel.subscribe(({ onMessage }) => {
    onMessage.subscribe((data) => onData(typeof data === 'string' ? Buffer.from(data) : data));
  });

  const mended = new Set<PacketSender | RTCSctpTransport>();
  /** What werift does wrong on the way to a connection; once for each that there is by now. */
  function mend(): void {
    for (const { connection } of pc.iceTransports) {
      if (mended.has(connection)) continue;
      renumberHandshake(connection);
      receiveInOrder(connection);
      mended.add(connection);
    }
    const { sctpTransport } = pc;
    if (sctpTransport === undefined || mended.has(sctpTransport)) return;
    holdEarlyPackets(sctpTransport);
    mended.add(sctpTransport);
  }
  async function describe(description: { type: 'offer' | 'answer'; sdp: string }): Promise<string> {
    await pc.setLocalDescription(description);
    for (const { connection } of pc.iceTransports) survivingSockets(connection);
    return withoutCandidates(description.sdp);
  }

  return {
    async offer() {
      channel = pc.createDataChannel(RELIABLE, { ordered: true });
      const { sdp } = await pc.createOffer();
      return describe({ type: 'offer', sdp });
    },
    acceptAnswer(sdp) {
      mend();
      return pc.setRemoteDescription({ type: 'answer', sdp });
    },
    async answer(offer) {
      await pc.setRemoteDescription({ type: 'offer', sdp: offer });
      mend();
      const { sdp } = await pc.createAnswer();
      return describe({ type: 'answer', sdp });
    },
    addCandidate: (candidate) => pc.addIceCandidate(JSON.parse(candidate)),
    send: (bytes) => channel?.send(Buffer.from(bytes)),
    ping: () => ping(pc),
    connected: connected.promise,
    async close() {
      // sockets that are still being opened would outlive the connection
      if (pc.iceGatheringState === 'gathering')
        await Promise.race([gathered.promise, wait(clock, GATHER_LIMIT_MS)]);
      await releaseRelays(pc, clock);
      await pc.close();
    },
  };
}

/** A connectivity check (RFC 8445, section 7.2.2), sent once. */
async function ping(pc: RTCPeerConnection): Promise<number | undefined> {
  const connection = pc.iceTransports[0]?.connection;
  const pair = connection?.nominated;
  if (connection === undefined || pair === undefined) return undefined;
  const request = new Message(methods.BINDING, classes.REQUEST)
    .setAttribute('USERNAME', `${connection.remoteUsername}:${connection.localUsername}`)
    .setAttribute('PRIORITY', pair.localCandidate.priority)
    // told apart by nobody: the roles are settled
    .setAttribute(connection.iceControlling ? 'ICE-CONTROLLING' : 'ICE-CONTROLLED', 0n);
  const key = Buffer.from(connection.remotePassword);
  const once = { retransmissions: 0, responseTimeout: PING_LIMIT_MS };
  const start = performance.now();
  return pair.protocol.request(request, pair.remoteAddr, key, once).then(
    () => performance.now() - start,
    () => undefined,
  );
}

/** werift leaves its relays to the server, which keeps one for ten minutes unless it is told (RFC 8656, section 8). */
async function releaseRelays(pc: RTCPeerConnection, clock: Clock): Promise<void> {
  const pairs = pc.iceTransports.flatMap(({ connection }) => connection.candidatePairs);
  const protocols = new Set(pairs.map(({ protocol }) => protocol));
  const releases = [...protocols].map(async (protocol) => {
    if (!(protocol instanceof StunOverTurnProtocol)) return;
    const { turn } = protocol;
    const refresh = new Message(methods.REFRESH, classes.REQUEST).setAttribute('LIFETIME', 0);
    await turn.request(refresh, turn.server).catch(() => undefined);
  });
  await Promise.race([Promise.all(releases), wait(clock, RELEASE_LIMIT_MS)]);
}

/** Ours are told one by one, those of the path alone. */
function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '');
}
