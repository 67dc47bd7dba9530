/** Type, version, epoch, sequence number, length; RFC 6347, section 4.1. */
export const HEADER_BYTES = 13;
export const EPOCH_AT = 3;
export const SEQUENCE_AT = 5;
export const SEQUENCE_BYTES = 6;
const LENGTH_AT = 11;
/** Other packets of a media connection begin with other bytes; RFC 7983, section 7. */
const FIRST_TYPE = 20;
const LAST_TYPE = 63;

/** The DTLS records in a packet, as parts of it; none where it is something else. */
export function recordsOf(packet: Buffer): Buffer[] {
  const [type = 0] = packet;
  if (type < FIRST_TYPE || type > LAST_TYPE) return [];
  const records: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= packet.length; ) {
    const end = at + HEADER_BYTES + packet.readUInt16BE(at + LENGTH_AT);
    records.push(packet.subarray(at, end));
    at = end;
  }
  return records;
}
