/** Type, version, epoch, sequence number, length; RFC 6347, section 4.1. */
const HEADER_BYTES = 13;
const EPOCH_AT = 3;
const SEQUENCE_AT = 5;
const SEQUENCE_BYTES = 6;
const LENGTH_AT = 11;
/** Other packets of a media connection begin with other bytes; RFC 7983, section 7. */
const FIRST_TYPE = 20;
const LAST_TYPE = 63;

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
    const [type = 0] = packet;
    if (type < FIRST_TYPE || type > LAST_TYPE) return packet;
    const renewed = Buffer.from(packet);
    for (let at = 0; at + HEADER_BYTES <= renewed.length; ) {
      if (renewed.readUInt16BE(at + EPOCH_AT) === 0)
        renewed.writeUIntBE(next++, at + SEQUENCE_AT, SEQUENCE_BYTES);
      at += HEADER_BYTES + renewed.readUInt16BE(at + LENGTH_AT);
    }
    return renewed;
  }

  sender.send = (packet) => send(renumber(packet));
}
