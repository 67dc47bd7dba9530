import { dlopen, ptr } from 'bun:ffi';
import type { Clock } from './clock.ts';

/** What a service tells systemd of itself (sd_notify(3)). */
export interface ServiceNotifier {
  /** Those who wait for the service go on, and the watchdog begins. */
  ready(status: string): void;
  stopping(status: string): void;
  /** Ends the watchdog's timer. */
  end(): void;
}

export interface NotifierOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Clock;
  /** Sends a datagram to a socket; by default really. */
  readonly send?: (socket: string, text: string) => void;
}

/**
 * systemd's side of `Type=notify`. Where nobody asked to be told ($NOTIFY_SOCKET), it tells nobody. The watchdog is
 * fed from the event loop, at twice the pace that systemd asks for: a loop that hangs starves it.
 */
export function createServiceNotifier({
  env,
  pid,
  clock,
  send = sendDatagram,
}: NotifierOptions): ServiceNotifier {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC, WATCHDOG_PID } = env;
  const tell = (...lines: string[]) => {
    if (socket) send(socket, lines.join('\n'));
  };
  const watchdogMs = Number(WATCHDOG_USEC) / 1000;
  const isWatched = watchdogMs > 0 && (WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid);
  let end: () => void = () => undefined;
  return {
    ready(status) {
      tell('READY=1', `STATUS=${status}`);
      if (isWatched) end = clock.every(watchdogMs / 2, () => tell('WATCHDOG=1'));
    },
    stopping: (status) => tell('STOPPING=1', `STATUS=${status}`),
    end: () => end(),
  };
}

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
const MSG_DONTWAIT_NOSIGNAL = 0x4040;
/** Of sockaddr_un (unix(7)): the family, then the path with its zero byte. */
const FAMILY_BYTES = 2;

/**
 * Datagrams over a unix socket are what neither Bun nor node:dgram has, so libc is called (0.2 ms, once); the other
 * way, `systemd-notify` as a child, would let every child of ours speak for the service. A name that begins with `@`
 * is one of the abstract namespace. Never waits and never throws: a service runs on when nobody listens.
 */
export function sendDatagram(socket: string, text: string): void {
  const { symbols, close } = dlopen('libc.so.6', {
    socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
    sendto: { args: ['i32', 'ptr', 'u64', 'i32', 'ptr', 'u32'], returns: 'i64' },
    close: { args: ['i32'], returns: 'i32' },
  });
  const isAbstract = socket.startsWith('@');
  const name = Buffer.from(isAbstract ? `\0${socket.slice(1)}` : `${socket}\0`);
  const address = Buffer.alloc(FAMILY_BYTES + name.length);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, FAMILY_BYTES);
  const data = Buffer.from(text);
  const fd = symbols.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  symbols.sendto(fd, ptr(data), data.length, MSG_DONTWAIT_NOSIGNAL, ptr(address), address.length);
  symbols.close(fd);
  close();
}
