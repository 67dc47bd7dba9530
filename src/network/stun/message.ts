import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** RFC 8489, section 5: the fixed word that tells STUN from everything else on the same port. */
const MAGIC_COOKIE = 0x2112a442;
export const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 20;

/** Method and class together, as they stand in the header; RFC 8489 section 5, RFC 8656 section 17. */
export const TYPE = {
  bindingRequest: 0x0001,
  bindingSuccess: 0x0101,
  allocateRequest: 0x0003,
  allocateSuccess: 0x0103,
  allocateError: 0x0113,
  refreshRequest: 0x0004,
} as const;

/** RFC 8489 section 14, RFC 8656 section 18. */
export const ATTRIBUTE = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
} as const;

export interface StunMessage {
  readonly type: number;
  /** 12 bytes. */
  readonly transaction: Buffer;
  readonly attributes: readonly (readonly [type: number, value: Buffer])[];
}

/** Whether the first eight bytes of a stream or datagram are STUN's; HTTP's first byte has its top bits set. */
export function looksLikeStun(bytes: Uint8Array): boolean {
  const [first = 0xff] = bytes;
  return (first & 0xc0) === 0 && bytes.length >= 8 && cookieOf(bytes) === MAGIC_COOKIE;
}

export function newTransaction(): Buffer {
  return randomBytes(12);
}

/** The message as bytes, with MESSAGE-INTEGRITY (RFC 8489, section 14.5) when a key is given. */
export function encodeMessage(message: StunMessage, integrityKey?: Buffer): Buffer {
  const body = Buffer.concat(message.attributes.map(([type, value]) => encodeAttribute(type, value)));
  const length = body.length + (integrityKey ? INTEGRITY_BYTES + 4 : 0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(message.type, 0);
  header.writeUInt16BE(length, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  message.transaction.copy(header, 8);
  const signed = Buffer.concat([header, body]);
  if (integrityKey === undefined) return signed;
  const mac = createHmac('sha1', integrityKey).update(signed).digest();
  return Buffer.concat([signed, encodeAttribute(ATTRIBUTE.messageIntegrity, mac)]);
}

/** Undefined for what is not one whole STUN message. Bytes behind its end are left alone. */
export function decodeMessage(bytes: Buffer): StunMessage | undefined {
  if (bytes.length < HEADER_BYTES || !looksLikeStun(bytes)) return undefined;
  const end = HEADER_BYTES + bytes.readUInt16BE(2);
  if (bytes.length < end) return undefined;
  const attributes: [number, Buffer][] = [];
  for (let at = HEADER_BYTES; at + 4 <= end; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (at + 4 + length > end) return undefined;
    attributes.push([bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length)]);
    at += 4 + padded(length);
  }
  return { type: bytes.readUInt16BE(0), transaction: bytes.subarray(8, HEADER_BYTES), attributes };
}

export function attributeOf(message: StunMessage, type: number): Buffer | undefined {
  return message.attributes.find(([each]) => each === type)?.[1];
}

/** Whether the one who sent `bytes` knows the key. */
export function hasIntegrity(bytes: Buffer, key: Buffer): boolean {
  const message = decodeMessage(bytes);
  if (message === undefined) return false;
  const index = message.attributes.findIndex(([type]) => type === ATTRIBUTE.messageIntegrity);
  const mac = message.attributes[index]?.[1];
  if (mac?.length !== INTEGRITY_BYTES) return false;
  const before = encodeMessage({ ...message, attributes: message.attributes.slice(0, index) }, key);
  return timingSafeEqual(before.subarray(-INTEGRITY_BYTES), mac);
}

function encodeAttribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function cookieOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
}
