import { expect, test } from 'bun:test';
import { DomainError } from '../../lib/errors.ts';
import { createClientOf } from './client-address.ts';

const plain = (address: string) => ({ address, secure: false });
const forwarded = (list: string, proto = 'http') =>
  new Headers({ 'X-Forwarded-For': list, 'X-Forwarded-Proto': proto });

test('without a trusted proxy, what a client writes about itself does not count', () => {
  const clientOf = createClientOf([]);
  expect(clientOf(plain('203.0.113.9'), forwarded('198.51.100.1', 'https'))).toEqual(plain('203.0.113.9'));
});

test('behind a trusted proxy the client is the rightmost address that is not a proxy', () => {
  const clientOf = createClientOf(['10.0.0.0/8', '2001:db8::1']);
  expect(clientOf(plain('10.0.0.1'), forwarded('6.6.6.6, 198.51.100.1, 10.0.0.7')).address).toBe(
    '198.51.100.1',
  );
  expect(clientOf(plain('2001:db8::1'), forwarded('2001:db8:9::5')).address).toBe('2001:db8:9::5');
  expect(clientOf(plain('::ffff:10.0.0.1'), forwarded('198.51.100.1:4711')).address).toBe('198.51.100.1');
});

test('a proxy that nobody named is a client like any other', () => {
  const clientOf = createClientOf(['10.0.0.0/8']);
  expect(clientOf(plain('192.0.2.1'), forwarded('198.51.100.1', 'https'))).toEqual(plain('192.0.2.1'));
});

test('garbage in the header leaves the address of the proxy that sent it', () => {
  const clientOf = createClientOf(['10.0.0.1']);
  expect(clientOf(plain('10.0.0.1'), forwarded('198.51.100.1, <script>')).address).toBe('10.0.0.1');
  expect(clientOf(plain('10.0.0.1'), new Headers()).address).toBe('10.0.0.1');
});

test('only a trusted proxy can say that the client came over TLS', () => {
  const clientOf = createClientOf(['10.0.0.1']);
  expect(clientOf(plain('10.0.0.1'), forwarded('198.51.100.1', 'https')).secure).toBe(true);
  expect(clientOf(plain('10.0.0.1'), forwarded('198.51.100.1')).secure).toBe(false);
});

test.each(['nonsense', '10.0.0.0/33', '10.0.0.0/x', '::/129'])(
  'the trusted proxy %s is refused by name',
  (entry) => {
    expect(() => createClientOf([entry])).toThrow(DomainError);
    expect(() => createClientOf([entry])).toThrow(entry);
  },
);
