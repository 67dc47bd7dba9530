import { expect, test } from 'bun:test';
import { suggest } from './suggest.ts';

const KEYS = ['host', 'port', 'bind', 'trustedProxies', 'drainLimit'];

test('a slip of the finger finds the word that was meant', () => {
  expect(suggest('prot', KEYS)).toBe('port');
  expect(suggest('trusted_proxys', KEYS)).toBe('trustedProxies');
  expect(suggest('drain', KEYS)).toBe('drainLimit');
});

test('a word that is like none of them finds none', () => {
  expect(suggest('banana', KEYS)).toBeUndefined();
  expect(suggest('', KEYS)).toBeUndefined();
});
