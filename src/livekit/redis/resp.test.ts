import { expect, test } from 'bun:test';
import { createReplyReader, encodeCommand, RedisError } from './resp.ts';

test('replies are read however the network cuts them, bytes as they are', () => {
  const sent = Buffer.concat([
    Buffer.from('+OK\r\n:3\r\n$-1\r\n*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$4\r\n'),
    Buffer.from([0xff, 0x0d, 0x0a, 0x00]),
    Buffer.from('\r\n-NOAUTH log in first\r\n'),
  ]);
  const read = createReplyReader();
  const replies = [...sent].flatMap((byte) => read(Buffer.from([byte])));
  expect(replies).toEqual([
    'OK',
    3,
    null,
    [Buffer.from('message'), Buffer.from('a'), Buffer.from([0xff, 0x0d, 0x0a, 0x00])],
    new RedisError('NOAUTH log in first'),
  ]);
  expect(createReplyReader()(sent)).toEqual(replies);
});

test('what answers and is no Redis is called that', () => {
  expect(() => createReplyReader()(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toThrow('no Redis');
});

test('a command says how many bytes each word has', () => {
  expect(encodeCommand(['AUTH', 'päss']).toString()).toBe('*2\r\n$4\r\nAUTH\r\n$5\r\npäss\r\n');
});
