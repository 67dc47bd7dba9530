import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { decodeXorAddress, encodeXorAddress } from './address.ts';
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  encodeMessage,
  hasIntegrity,
  looksLikeStun,
} from './message.ts';

/** RFC 5769, section 2.4: a request with a long-term credential. */
const LONG_TERM = Buffer.from(
  `000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000
   0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341001400 0b6578616d706c652e6f726700
   00080014f67024656dd64a3e02b8e0712e85c9a28ca89666`.replace(/\s/g, ''),
  'hex',
);
const KEY = createHash('md5').update('マトリックス:example.org:TheMatrIX').digest();

/** RFC 5769, sections 2.2 and 2.3: responses with an IPv4 and an IPv6 address. */
const TRANSACTION = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex');

test('the request of RFC 5769 is read, its signature holds, and it is written the same', () => {
  const message = decodeMessage(LONG_TERM);
  expect(message && attributeOf(message, ATTRIBUTE.realm)?.toString()).toBe('example.org');
  expect(hasIntegrity(LONG_TERM, KEY)).toBe(true);
  expect(hasIntegrity(LONG_TERM, Buffer.from('another key'))).toBe(false);
  const unsigned = message?.attributes.filter(([type]) => type !== ATTRIBUTE.messageIntegrity) ?? [];
  const again = message && encodeMessage({ ...message, attributes: unsigned }, KEY);
  expect(again?.toString('hex')).toBe(LONG_TERM.toString('hex'));
});

test('the addresses of RFC 5769 are read, and written the same', () => {
  const ipv4 = Buffer.from('0001a147e112a643', 'hex');
  expect(decodeXorAddress(ipv4, TRANSACTION)).toEqual({ address: '192.0.2.1', port: 32853 });
  expect(encodeXorAddress({ address: '192.0.2.1', port: 32853 }, TRANSACTION).toString('hex')).toBe(
    ipv4.toString('hex'),
  );
  const ipv6 = Buffer.from('0002a1470113a9faa5d3f179bc25f4b5bed2b9d9', 'hex');
  expect(decodeXorAddress(ipv6, TRANSACTION)).toEqual({
    address: '2001:db8:1234:5678:11:2233:4455:6677',
    port: 32853,
  });
});

test('what is no STUN is told apart by its first eight bytes', () => {
  expect(looksLikeStun(LONG_TERM)).toBe(true);
  expect(looksLikeStun(Buffer.from('GET / HTTP/1.1'))).toBe(false);
  expect(looksLikeStun(Buffer.alloc(20))).toBe(false);
  expect(looksLikeStun(LONG_TERM.subarray(0, 7))).toBe(false);
});

test('a message that is cut or lies about its lengths is no message', () => {
  for (let length = 0; length < LONG_TERM.length; length++) {
    expect(decodeMessage(LONG_TERM.subarray(0, length))).toBeUndefined();
  }
  const lying = Buffer.from(LONG_TERM);
  lying.writeUInt16BE(0xffff, 22);
  expect(decodeMessage(lying)).toBeUndefined();
  expect(decodeXorAddress(Buffer.from('0003', 'hex'), TRANSACTION)).toBeUndefined();
  expect(decodeXorAddress(Buffer.alloc(0), TRANSACTION)).toBeUndefined();
});
