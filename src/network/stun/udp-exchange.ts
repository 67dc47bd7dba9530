import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { decodeMessage, HEADER_BYTES, type StunMessage } from './message.ts';
import { stunError } from './stun-error.ts';

/** RFC 8489, section 6.2.1, shortened: a self-test rather says "no answer" than waits half a minute. */
const FIRST_RETRY_MS = 250;

/** Sends requests and gives each its answer, whatever carries them. */
export interface Exchange {
  /**
   * @param bytes a request, whole
   * @throws DomainError `stun_no_answer`, `stun_unreachable` or `stun_bad_answer`
   */
  ask(bytes: Buffer): Promise<{ readonly message: StunMessage; readonly bytes: Buffer }>;
  close(): void;
}

export interface ExchangeTarget {
  /** An IP address; names are resolved by whoever asks, for what they resolve to is part of the answer. */
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * STUN over UDP, with retransmissions. The socket is connected, so that a closed port is told from a silent one.
 *
 * @throws DomainError `stun_unreachable` when there is no route
 */
export async function openUdpExchange(target: ExchangeTarget): Promise<Exchange> {
  const { address, port, timeoutMs, clock } = target;
  const place = `${address} port ${port}/udp`;
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let receive: (bytes: Buffer) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  socket.on('message', (bytes) => receive(bytes));
  socket.on('error', (error) => fail(error));
  await new Promise<void>((resolve, reject) => {
    fail = (cause) => reject(unreachable(place, cause));
    socket.connect(port, address, resolve);
  });

  function ask(request: Buffer): ReturnType<Exchange['ask']> {
    return new Promise((resolve, reject) => {
      let cancelRetry: () => void = () => undefined;
      const cancelLimit = clock.after(timeoutMs, () => {
        cancelRetry();
        reject(noAnswer(place, timeoutMs));
      });
      const done = () => {
        cancelLimit();
        cancelRetry();
      };
      receive = (bytes) => {
        const message = decodeMessage(bytes);
        // Anyone can send to an open port; only the answer to this very request counts.
        if (message === undefined || !message.transaction.equals(request.subarray(8, HEADER_BYTES))) return;
        done();
        resolve({ message, bytes });
      };
      fail = (cause) => {
        done();
        reject(unreachable(place, cause));
      };
      send(FIRST_RETRY_MS);

      function send(nextMs: number): void {
        socket.send(request);
        cancelRetry = clock.after(nextMs, () => send(nextMs * 2));
      }
    });
  }

  return { ask, close: () => socket.close() };
}

/** Nothing listens, or there is no way to the address. */
export function unreachable(place: string, cause: unknown) {
  return stunError(
    'stun_unreachable',
    `${place} cannot be reached: ${messageOf(cause)}.`,
    'Check that the server runs, that the port is open in every firewall on the way, and what listens there.',
    cause,
  );
}

export function noAnswer(place: string, timeoutMs: number) {
  return stunError(
    'stun_no_answer',
    `${place} did not answer within ${timeoutMs} ms.`,
    'Open the port in every firewall on the way, and check that the address is the right one.',
  );
}
