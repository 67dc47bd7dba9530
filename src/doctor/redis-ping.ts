import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, wait } from '../lib/clock.ts';

const LIMIT_MS = 2_000;
const DEFAULT_PORT = 6379;

/**
 * Logs in to Redis as the URL says, and pings. Spoken by ourselves, since Bun's client only tells that the connection
 * was closed, where Redis says why.
 *
 * @throws Error with what Redis said (`WRONGPASS …`, `NOAUTH …`), or why it can't be reached
 */
export async function pingRedis(url: string, clock: Clock): Promise<void> {
  const { hostname, port, username, password, protocol } = new URL(url);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || DEFAULT_PORT };
  const socket = protocol === 'rediss:' ? connectTls(to) : connectTcp(to);
  const commands = [
    ...(password === '' ? [] : [['AUTH', ...[username, password].filter(Boolean).map(decodeURIComponent)]]),
    ['PING'],
  ];
  const answered = Promise.withResolvers<void>();
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const lines = said.split('\r\n').slice(0, -1);
    const error = lines.find((line) => line.startsWith('-'));
    if (error !== undefined) answered.reject(new Error(error.slice(1)));
    else if (lines.length >= commands.length) answered.resolve();
  });
  socket.on('error', answered.reject);
  socket.on('close', () => answered.reject(new Error('the connection was closed without an answer')));
  socket.write(commands.map(encoded).join(''));
  try {
    await Promise.race([
      answered.promise,
      wait(clock, LIMIT_MS).then(() => Promise.reject(new Error(`no answer within ${LIMIT_MS / 1000} s`))),
    ]);
  } finally {
    socket.destroy();
  }
}

/** A command as Redis reads it (RESP): how many words, and each with its length. */
function encoded(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}
