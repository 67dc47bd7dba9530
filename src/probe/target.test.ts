import { expect, test } from 'bun:test';
import { parseTarget } from './target.ts';

test.each([
  ['https://meet.example.org', { host: 'meet.example.org', port: 443, tls: true }],
  ['meet.example.org', { host: 'meet.example.org', port: 443, tls: true }],
  ['http://192.0.2.7:8090/', { host: '192.0.2.7', port: 8090, tls: false }],
  ['https://[2001:db8::7]:8443', { host: '2001:db8::7', port: 8443, tls: true }],
  ['https://meet.example.org/room/stand-up', { host: 'meet.example.org', room: 'stand-up' }],
])('%s is read as a server or a join link', (text, expected) => {
  expect(parseTarget(text)).toMatchObject(expected);
});

test('a URL without a room asks for no join', () => {
  expect(parseTarget('https://meet.example.org/room/').room).toBeUndefined();
});

test.each(['ftp://meet.example.org', 'https://', 'a b'])('%s is refused with an example', (text) => {
  expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'url_invalid' }));
});
