const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;
const RECORD_HEADER_BYTES = 5;
const HANDSHAKE_HEADER_BYTES = 4;
/** A hello that needs more than one record does not come from any client of ours. */
const RECORD_MAX_BYTES = 16_384;

export interface ClientHello {
  readonly serverName?: string;
  readonly alpn: readonly string[];
}

/**
 * Reads the first record of a TLS connection (RFC 8446, section 4.1.2): `more` while it is incomplete, `invalid` for
 * anything else than a hello.
 */
export function readClientHello(bytes: Buffer): ClientHello | 'more' | 'invalid' {
  if (bytes[0] !== HANDSHAKE_RECORD) return 'invalid';
  if (bytes.length < RECORD_HEADER_BYTES) return 'more';
  const length = bytes.readUInt16BE(3);
  if (length < HANDSHAKE_HEADER_BYTES || length > RECORD_MAX_BYTES) return 'invalid';
  if (bytes.length < RECORD_HEADER_BYTES + length) return 'more';
  const record = bytes.subarray(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + length);
  if (record[0] !== CLIENT_HELLO) return 'invalid';
  try {
    return parse(record.subarray(HANDSHAKE_HEADER_BYTES));
  } catch (error) {
    if (error instanceof RangeError) return 'invalid';
    throw error;
  }
}

/** @throws RangeError where a length points behind the end */
function parse(hello: Buffer): ClientHello {
  // Version and random, then session id, cipher suites and compression methods, each behind its length.
  let at = 2 + 32;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  const found = new Map<number, Buffer>();
  for (at += 2; at < hello.length; ) {
    const size = hello.readUInt16BE(at + 2);
    found.set(hello.readUInt16BE(at), hello.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return { serverName: serverNameIn(found.get(SERVER_NAME)), alpn: protocolsIn(found.get(ALPN)) };
}

/** RFC 6066, section 3: list length, type, name length, name. */
function serverNameIn(extension: Buffer | undefined): string | undefined {
  if (extension === undefined || extension.length < 5) return undefined;
  return extension.toString('latin1', 5, 5 + extension.readUInt16BE(3)).toLowerCase();
}

/** RFC 7301, section 3.1: list length, then each name behind its length. */
function protocolsIn(extension: Buffer | undefined): string[] {
  const protocols: string[] = [];
  if (extension === undefined) return protocols;
  for (let at = 2; at < extension.length; at += 1 + extension.readUInt8(at)) {
    protocols.push(extension.toString('latin1', at + 1, at + 1 + extension.readUInt8(at)));
  }
  return protocols;
}
