import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  decodeXorAddress,
  encodeXorAddress,
  type TransportAddress,
} from '../../../src/network/stun/address.ts';
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  encodeMessage,
  HEADER_BYTES,
  newTransaction,
  type StunMessage,
  TYPE,
} from '../../../src/network/stun/message.ts';
import type { TurnCredentials } from '../../../src/network/stun/self-test.ts';

/** RFC 8656, sections 17 and 18. */
const CHANNEL_BIND = 0x0009;
const CHANNEL_NUMBER = 0x000c;
const XOR_PEER_ADDRESS = 0x0012;
const CHANNEL = 0x4000;
const CHANNEL_HEADER_BYTES = 4;
const UDP = Buffer.from([17, 0, 0, 0]);

type Attribute = readonly [type: number, value: Buffer];

/** A TURN client over a stream, with one channel to one peer: what a browser's media goes through. */
export interface TurnClient {
  /** Where the peer sends what is for us. */
  readonly relayed: TransportAddress;
  send(payload: Buffer): void;
  close(): void;
}

/** Allocates a relay (RFC 8656) and binds a channel to `peer`; `onData` is given what the peer sends. */
export async function openTurnClient(
  socket: Socket,
  { username, password }: TurnCredentials,
  peer: TransportAddress,
  onData: (payload: Buffer) => void,
): Promise<TurnClient> {
  let pending: Buffer = Buffer.alloc(0);
  let answered: (message: StunMessage) => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= CHANNEL_HEADER_BYTES) {
      const isData = pending.readUInt16BE(0) >= CHANNEL;
      const length = pending.readUInt16BE(2) + (isData ? CHANNEL_HEADER_BYTES : HEADER_BYTES);
      const padded = (length + 3) & ~3;
      if (pending.length < padded) return;
      const message = isData ? undefined : decodeMessage(pending);
      if (message) answered(message);
      else onData(pending.subarray(CHANNEL_HEADER_BYTES, length));
      pending = pending.subarray(padded);
    }
  });

  function ask(type: number, attributes: readonly Attribute[], key?: Buffer): Promise<StunMessage> {
    const transaction = newTransaction();
    const answer = new Promise<StunMessage>((resolve) => {
      answered = (message) => message.transaction.equals(transaction) && resolve(message);
    });
    socket.write(encodeMessage({ type, transaction, attributes }, key));
    return answer;
  }

  const transport: Attribute = [ATTRIBUTE.requestedTransport, UDP];
  const challenge = await ask(TYPE.allocateRequest, [transport]);
  const [realm, nonce] = [attributeOf(challenge, ATTRIBUTE.realm), attributeOf(challenge, ATTRIBUTE.nonce)];
  if (!realm || !nonce) throw new Error('the TURN server did not ask for credentials');
  const key = createHash('md5').update(`${username}:${realm}:${password}`).digest();
  const signed = async (type: number, attributes: readonly Attribute[]) => {
    const own: Attribute[] = [
      [ATTRIBUTE.username, Buffer.from(username)],
      [ATTRIBUTE.realm, realm],
      [ATTRIBUTE.nonce, nonce],
    ];
    const answer = await ask(type, [...attributes, ...own], key);
    const refusal = attributeOf(answer, ATTRIBUTE.errorCode);
    if (refusal) throw new Error(`the TURN server refused: ${refusal.subarray(4)}`);
    return answer;
  };
  const allocation = await signed(TYPE.allocateRequest, [transport]);
  const value = attributeOf(allocation, ATTRIBUTE.xorRelayedAddress);
  const relayed = value && decodeXorAddress(value, allocation.transaction);
  if (!relayed) throw new Error('the TURN server named no relay');
  const channel = Buffer.alloc(4);
  channel.writeUInt16BE(CHANNEL, 0);
  // The address is masked with the cookie alone where it is IPv4's, so that any transaction will do.
  const peerValue = encodeXorAddress(peer, Buffer.alloc(12));
  await signed(CHANNEL_BIND, [
    [CHANNEL_NUMBER, channel],
    [XOR_PEER_ADDRESS, peerValue],
  ]);

  return {
    relayed,
    send(payload) {
      const packet = Buffer.alloc(CHANNEL_HEADER_BYTES + ((payload.length + 3) & ~3));
      packet.writeUInt16BE(CHANNEL, 0);
      packet.writeUInt16BE(payload.length, 2);
      payload.copy(packet, CHANNEL_HEADER_BYTES);
      socket.write(packet);
    },
    close: () => void socket.destroy(),
  };
}
