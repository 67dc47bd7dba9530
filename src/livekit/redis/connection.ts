import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../lib/clock.ts';
import { createReplyReader, encodeCommand, RedisError, type Reply } from './resp.ts';

const LIMIT_MS = 2_000;
const DEFAULT_PORT = 6379;

export interface RedisConnection {
  /** Throws what Redis said (`WRONGPASS …`), or that the connection or the time is over. */
  command(...words: readonly (string | Uint8Array)[]): Promise<Reply>;
  /** Calls back for every message of a channel; a connection that listens takes no other commands. */
  listen(channel: string, onMessage: (message: Buffer) => void): Promise<void>;
}

/**
 * Connects and logs in as a `redis://` URL or `host:port` says, and does `work` with that connection; all of it within
 * 2 s. Spoken by ourselves, since Bun's client only tells that the connection was closed, where Redis says why.
 */
export async function withRedis<Result>(
  address: string,
  clock: Clock,
  work: (redis: RedisConnection) => Promise<Result>,
): Promise<Result> {
  const { username, password, ...to } = placeOf(address);
  const socket = to.tls ? connectTls(to) : connectTcp(to);
  const ended = Promise.withResolvers<never>();
  // Whoever waits for a reply hears of it; else nobody has to.
  ended.promise.catch(() => undefined);
  socket.on('error', ended.reject);
  socket.on('close', () => ended.reject(new Error('the connection was closed without an answer')));
  const cancel = clock.after(LIMIT_MS, () =>
    ended.reject(new Error(`no answer within ${LIMIT_MS / 1000} s`)),
  );
  try {
    const redis = converse(socket, ended);
    if (password !== undefined) await redis.command('AUTH', ...(username ? [username] : []), password);
    return await Promise.race([work(redis), ended.promise]);
  } finally {
    cancel();
    socket.destroy();
  }
}

function converse(socket: Socket, ended: PromiseWithResolvers<never>): RedisConnection {
  const read = createReplyReader();
  const waiting: ((reply: Reply) => void)[] = [];
  let hear: (reply: Reply) => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const reply of read(chunk)) (waiting.shift() ?? hear)(reply);
    } catch (error) {
      ended.reject(error);
    }
  });

  async function command(...words: readonly (string | Uint8Array)[]): Promise<Reply> {
    const reply = new Promise<Reply>((resolve) => void waiting.push(resolve));
    socket.write(encodeCommand(words));
    const answer = await Promise.race([reply, ended.promise]);
    if (answer instanceof RedisError) throw answer;
    return answer;
  }

  return {
    command,
    async listen(channel, onMessage) {
      hear = (reply) => {
        const message = Array.isArray(reply) ? (reply as readonly Reply[])[2] : undefined;
        if (message instanceof Buffer) onMessage(message);
      };
      await command('SUBSCRIBE', channel);
    },
  };
}

function placeOf(address: string) {
  const { hostname, port, username, password, protocol } = new URL(
    address.includes('://') ? address : `redis://${address}`,
  );
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || DEFAULT_PORT,
    tls: protocol === 'rediss:',
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
}
