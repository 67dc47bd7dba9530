import { EPOCH_AT, recordsOf, SEQUENCE_AT, SEQUENCE_BYTES } from './records.ts';

/** What sends the packets of a connection. */
export interface PacketSender {
  send(packet: Buffer): Promise<void>;
}

/**
 * Makes each record of a DTLS handshake one of its own. werift repeats its messages in the very records that were
 * lost, where RFC 6347, section 4.2.2, wants new ones: livekit's DTLS takes them for replays and drops them, and a
 * connection whose first packets got lost is never made. Only what is not encrypted yet can and has to be numbered anew.
 */
export function renumberHandshake(sender: PacketSender): void {
  const send = sender.send.bind(sender);
  let next = 0;

  function renumber(packet: Buffer): Buffer {
    if (recordsOf(packet).length === 0) return packet;
    const renewed = Buffer.from(packet);
    for (const record of recordsOf(renewed)) {
      if (record.readUInt16BE(EPOCH_AT) === 0) record.writeUIntBE(next++, SEQUENCE_AT, SEQUENCE_BYTES);
    }
    return renewed;
  }

  sender.send = (packet) => send(renumber(packet));
}
