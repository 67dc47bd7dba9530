import { expect, test } from 'bun:test';
import { addressMatcher, parseCidr } from './cidr.ts';

test('a network has its addresses in it and no others, also those that a dual-stack listener reports', () => {
  const isTrusted = addressMatcher(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
  for (const inside of ['10.255.0.1', '192.0.2.7', 'fd12::1', '::ffff:10.0.0.1'])
    expect(isTrusted(inside)).toBe(true);
  for (const outside of ['11.0.0.1', '192.0.2.8', 'fe80::1', '::ffff:11.0.0.1', 'no address', '']) {
    expect(isTrusted(outside)).toBe(false);
  }
});

test.each(['10.0.0.0/33', '::/129', '10.0.0/8', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', 'a', ''])(
  '"%s" is no network',
  (text) => expect(parseCidr(text)).toBeUndefined(),
);
