import { expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { survivingSockets } from './sockets.ts';

const connectionOf = (socket: EventEmitter) => ({ protocols: [{ transport: { socket } }, {}] });

test('a packet that is refused ends nothing', () => {
  const socket = new EventEmitter();
  expect(() => socket.emit('error', new Error('ECONNREFUSED'))).toThrow('ECONNREFUSED');
  expect(survivingSockets(connectionOf(socket))).toHaveLength(1);
  expect(socket.emit('error', new Error('ECONNREFUSED'))).toBe(true);
});

test('each socket gets one listener, and none where somebody listens already', () => {
  const socket = new EventEmitter();
  survivingSockets(connectionOf(socket));
  survivingSockets(connectionOf(socket));
  expect(socket.listenerCount('error')).toBe(1);
});
