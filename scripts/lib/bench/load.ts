/**
 * The load, in a process of its own: `load.ts '<options as JSON>'`. Each connection is kept alive and asks again as
 * soon as it is answered, or after a pause. The request is one prepared buffer and answers are only counted, so that the generator
 * costs a fraction of what the server costs. Prints its result as JSON.
 */
import type { LoadOptions, LoadResult } from './load-types.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

const options: LoadOptions = JSON.parse(process.argv[2] ?? '{}');
const payload = Buffer.from(JSON.stringify(options.json));
const request = Buffer.concat([
  Buffer.from(
    [
      `POST ${options.path} HTTP/1.1`,
      `Host: 127.0.0.1:${options.port}`,
      'Content-Type: application/json',
      `Content-Length: ${payload.length}`,
      ...(options.token ? [`Authorization: Bearer ${options.token}`] : []),
      '\r\n',
    ].join('\r\n'),
  ),
  payload,
]);

const latencies: number[] = [];
let failed = 0;
let firstFailure: string | undefined;
let counting = false;
let running = true;

/** One connection: `sentAt` is when its current request went out, `buffered` the part of an answer that came. */
interface Connection {
  sentAt: number;
  buffered: Buffer;
}

function take(connection: Connection, chunk: Buffer): boolean {
  const bytes = connection.buffered.length > 0 ? Buffer.concat([connection.buffered, chunk]) : chunk;
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) {
    connection.buffered = bytes;
    return false;
  }
  const head = bytes.toString('latin1', 0, headEnd);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < headEnd + HEAD_END.length + length) {
    connection.buffered = bytes;
    return false;
  }
  connection.buffered = Buffer.alloc(0);
  if (!counting) return true;
  latencies.push(performance.now() - connection.sentAt);
  if (!head.startsWith('HTTP/1.1 200')) {
    failed++;
    firstFailure ??= bytes.toString().slice(0, 500);
  }
  return true;
}

function ask(socket: Bun.Socket<Connection>): void {
  if (!running) return;
  socket.data.sentAt = performance.now();
  socket.write(request);
}

const sockets = await Promise.all(
  Array.from({ length: options.connections }, () =>
    Bun.connect<Connection>({
      hostname: '127.0.0.1',
      port: options.port,
      socket: {
        open(socket) {
          socket.data = { sentAt: performance.now(), buffered: Buffer.alloc(0) };
          socket.write(request);
        },
        data(socket, chunk) {
          if (!take(socket.data, chunk) || !running) return;
          if (options.pauseMs) setTimeout(ask, options.pauseMs, socket);
          else ask(socket);
        },
        close() {
          if (running) failed++;
        },
      },
    }),
  ),
);
await Bun.sleep(options.warmUpMs);
counting = true;
const started = performance.now();
const before = process.cpuUsage();
await Bun.sleep(options.forMs);
const elapsed = performance.now() - started;
const cpu = process.cpuUsage(before);
counting = false;
running = false;
for (const socket of sockets) socket.end();

latencies.sort((a, b) => a - b);
const at = (fraction: number) => latencies[Math.floor(latencies.length * fraction)] ?? Number.NaN;
const result: LoadResult = {
  perSecond: (latencies.length - failed) / (elapsed / 1000),
  p50Ms: at(0.5),
  p99Ms: at(0.99),
  failed,
  firstFailure,
  ownCpu: (cpu.user + cpu.system) / 1000 / elapsed,
};
console.log(JSON.stringify(result));
