import {
  DataPacket,
  DataPacket_Kind,
  DisconnectReason,
  type JoinResponse,
  LeaveRequest,
  SessionDescription,
  SignalTarget,
  TrickleRequest,
  UserPacket,
} from '@livekit/protocol';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { FromServer, SignallingClient } from '../../network/signalling/signalling-client.ts';
import type { MediaPath } from '../report.ts';
import type { Trust } from '../trust.ts';
import { createPeer, type Peer } from './peer.ts';
import { joinRefused, openSignal } from './signal.ts';

export interface JoinOptions {
  readonly url: string;
  readonly token: string;
  /** The only path that media and data may take. */
  readonly path: MediaPath;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export interface Sending {
  /** Identity of who shall get it. */
  readonly to: string;
  readonly topic: string;
}

export interface Received {
  readonly from: string;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Someone in a room whose data travels over one path, both ways. */
export interface Participant {
  readonly identity: string;
  send(payload: Uint8Array, options: Sending): void;
  onData(listener: (data: Received) => void): void;
  /** Milliseconds of a round trip to the server; undefined when the packet or its answer got lost. */
  ping(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** A join that is under way. */
export interface Joining {
  /** @throws DomainError `signalling_failed`, `join_refused` or `path_failed` */
  readonly connected: Promise<Participant>;
  /** The server's candidates, as far as it has told them. */
  candidates(): readonly string[];
  close(): Promise<void>;
}

/** Joins a room as LiveKit's clients do: a connection to publish over, and one to receive over. */
export function joinRoom(options: JoinOptions): Joining {
  const { path, trust, clock, timeoutMs } = options;
  const welcome = Promise.withResolvers<JoinResponse>();
  const failure = Promise.withResolvers<never>();
  const listeners: ((data: Received) => void)[] = [];
  const candidates: string[] = [];
  let signal: SignallingClient | undefined;
  let peers: { readonly publisher: Peer; readonly subscriber: Peer } | undefined;
  let handled: Promise<unknown> = Promise.resolve();
  // Whoever waits for one of them is told by it; nobody has to wait for all.
  for (const promise of [welcome.promise, failure.promise]) promise.catch(() => undefined);

  function fail(error: unknown): void {
    welcome.reject(error);
    failure.reject(error);
  }

  async function start(join: JoinResponse): Promise<void> {
    const peer = (target: SignalTarget) =>
      createPeer({
        path,
        servers: join.iceServers,
        trust,
        clock,
        onCandidate: (candidateInit) =>
          signal?.send({ case: 'trickle', value: new TrickleRequest({ candidateInit, target }) }),
        onData: (bytes) => receive(bytes),
      });
    peers = { publisher: peer(SignalTarget.PUBLISHER), subscriber: peer(SignalTarget.SUBSCRIBER) };
    welcome.resolve(join);
    const sdp = await peers.publisher.offer();
    signal?.send({ case: 'offer', value: new SessionDescription({ type: 'offer', sdp }) });
  }

  async function handle(message: FromServer): Promise<void> {
    switch (message.case) {
      case 'join':
        return start(message.value);
      case 'answer':
        note(message.value.sdp);
        return peers?.publisher.acceptAnswer(message.value.sdp);
      case 'offer': {
        note(message.value.sdp);
        const sdp = await peers?.subscriber.answer(message.value.sdp);
        if (sdp === undefined) return;
        signal?.send({ case: 'answer', value: new SessionDescription({ type: 'answer', sdp }) });
        return;
      }
      case 'trickle': {
        const { candidateInit, target } = message.value;
        note(candidateInit);
        const peer = target === SignalTarget.PUBLISHER ? peers?.publisher : peers?.subscriber;
        return peer?.addCandidate(candidateInit);
      }
      case 'leave':
        return fail(joinRefused(DisconnectReason[message.value.reason] ?? 'no reason given'));
    }
  }

  function note(text: string): void {
    for (const [, candidate = ''] of text.matchAll(/candidate:([^"\r\n\\]+)/g)) {
      if (!candidates.includes(candidate)) candidates.push(candidate);
    }
  }

  function receive(bytes: Uint8Array): void {
    const packet = DataPacket.fromBinary(bytes);
    if (packet.value.case !== 'user') return;
    const { payload, topic = '' } = packet.value.value;
    for (const listener of listeners) listener({ from: packet.participantIdentity, topic, payload });
  }

  function send(payload: Uint8Array, { to, topic }: Sending): void {
    const packet = new DataPacket({
      kind: DataPacket_Kind.RELIABLE,
      destinationIdentities: [to],
      value: { case: 'user', value: new UserPacket({ payload, topic, destinationIdentities: [to] }) },
    });
    peers?.publisher.send(packet.toBinary());
  }

  async function connect(): Promise<Participant> {
    const { participant } = await welcome.promise;
    const both = peers && [peers.publisher.connected, peers.subscriber.connected];
    await Promise.race([Promise.all(both ?? []), failure.promise]);
    return {
      identity: participant?.identity ?? '',
      send,
      onData: (listener) => void listeners.push(listener),
      ping: async () => peers?.publisher.ping(),
      close,
    };
  }

  async function close(): Promise<void> {
    cancelLimit();
    signal?.send({ case: 'leave', value: new LeaveRequest() });
    signal?.close();
    // What is being made now could not be closed.
    await handled;
    await Promise.all([peers?.publisher.close(), peers?.subscriber.close()]);
  }

  const cancelLimit = clock.after(timeoutMs, () => fail(tooLate(timeoutMs)));
  openSignal({
    ...options,
    onMessage: (message) => {
      handled = handled.then(() => handle(message)).catch(fail);
    },
    onClose: (why) => fail(joinRefused(why)),
  }).then((opened) => {
    signal = opened;
  }, fail);
  const connected = connect();
  connected.catch(() => undefined);
  return { connected, candidates: () => candidates, close };
}

function tooLate(timeoutMs: number): DomainError {
  return new DomainError('path_failed', `No connection within ${timeoutMs} ms.`);
}
