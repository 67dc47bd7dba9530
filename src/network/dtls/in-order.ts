import { EPOCH_AT, HEADER_BYTES, recordsOf } from './records.ts';

/** Type, length, number, offset and length of the fragment; RFC 6347, section 4.2.2. */
const MESSAGE_HEADER_BYTES = 12;
const LENGTH_AT = 1;
const NUMBER_AT = 4;
const OFFSET_AT = 6;
const FRAGMENT_LENGTH_AT = 9;
const SIZE_BYTES = 3;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;

/** What hands on the packets of a connection as they come in. */
export interface PacketSource {
  readonly onData: { execute(packet: Buffer): void };
}

/**
 * Hands on each message of a DTLS handshake once, and in its turn, as RFC 6347, section 4.2.2, wants it. livekit repeats
 * its messages until they are answered, so that a busy machine finds several copies at once; werift takes each of them
 * for news, makes its keys from all that it has seen by then, and the two sides never understand one another. What comes
 * too early is dropped: it is repeated. The last hello passes again, since only that makes werift repeat its answer.
 */
export function receiveInOrder({ onData }: PacketSource): void {
  const execute = onData.execute.bind(onData);
  let next = 0;
  let received = 0;

  function isInTurn(record: Buffer): boolean {
    if (record[0] !== HANDSHAKE || record.readUInt16BE(EPOCH_AT) > 0) return true;
    const message = record.subarray(HEADER_BYTES);
    if (message.length < MESSAGE_HEADER_BYTES) return false;
    const number = message.readUInt16BE(NUMBER_AT);
    if (number !== next || message.readUIntBE(OFFSET_AT, SIZE_BYTES) !== received) {
      return message[0] === CLIENT_HELLO && number === next - 1;
    }
    received += message.readUIntBE(FRAGMENT_LENGTH_AT, SIZE_BYTES);
    if (received >= message.readUIntBE(LENGTH_AT, SIZE_BYTES)) {
      next++;
      received = 0;
    }
    return true;
  }

  onData.execute = (packet) => {
    const records = recordsOf(packet);
    const inTurn = records.filter(isInTurn);
    if (inTurn.length === records.length) execute(packet);
    else if (inTurn.length > 0) execute(Buffer.concat(inTurn));
  };
}
