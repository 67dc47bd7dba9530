import { isIPv4 } from 'node:net';

export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

/** RFC 8489, section 14.2: the magic cookie, then the transaction. */
const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42]);
const IPV4 = 1;
const IPV6 = 2;

/** Reads XOR-MAPPED-ADDRESS and its kin; undefined for a malformed one. */
export function decodeXorAddress(value: Buffer, transaction: Buffer): TransportAddress | undefined {
  const family = value[1];
  if (value.length !== (family === IPV4 ? 8 : 20) || (family !== IPV4 && family !== IPV6)) return undefined;
  const mask = Buffer.concat([COOKIE, transaction]);
  const bytes = value.subarray(4).map((byte, i) => byte ^ (mask[i] ?? 0));
  const port = value.readUInt16BE(2) ^ mask.readUInt16BE(0);
  return { address: family === IPV4 ? bytes.join('.') : ipv6Text(Buffer.from(bytes)), port };
}

/** The inverse, for IPv4. */
export function encodeXorAddress({ address, port }: TransportAddress, transaction: Buffer): Buffer {
  if (!isIPv4(address)) throw new RangeError(`not an IPv4 address: ${address}`);
  const mask = Buffer.concat([COOKIE, transaction]);
  const plain = Buffer.from([0, IPV4, port >> 8, port & 0xff, ...address.split('.').map(Number)]);
  return plain.map((byte, i) => (i < 2 ? byte : byte ^ (mask[i < 4 ? i - 2 : i - 4] ?? 0))) as Buffer;
}

function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
