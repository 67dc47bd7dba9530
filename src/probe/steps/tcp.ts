import { connect } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Outcome } from '../step.ts';

/** Undefined when a connection to the address stands; else the reason it doesn't, as the system calls it. */
export type TcpFailure = string | undefined;

/** Connects to one address, and hangs up. */
export function tryTcp(address: string, port: number, clock: Clock, timeoutMs: number): Promise<TcpFailure> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const done = (failure: TcpFailure) => {
      cancel();
      socket.destroy();
      resolve(failure);
    };
    const cancel = clock.after(timeoutMs, () => done('ETIMEDOUT'));
    socket.once('connect', () => done(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}

/**
 * Tries every address of a server: a client takes any of them first.
 *
 * @throws DomainError `tcp_failed` when none can be reached
 */
export async function checkTcp(
  addresses: readonly string[],
  port: number,
  clock: Clock,
  timeoutMs: number,
): Promise<Outcome> {
  const results = await Promise.all(
    addresses.map(async (address) => ({ address, failure: await tryTcp(address, port, clock, timeoutMs) })),
  );
  const evidence = results
    .map(({ address, failure }) => `${address} port ${port}: ${describeTcp(failure)}`)
    .join('; ');
  const failed = results.filter(({ failure }) => failure !== undefined);
  if (failed.length === results.length) {
    throw new DomainError('tcp_failed', evidence, { fix: fixOf(failed[0]?.failure, port) });
  }
  if (failed.length === 0) return { evidence };
  return {
    state: 'warning',
    evidence,
    fix: `Take the DNS record of ${failed.map(({ address }) => address).join(', ')} away, or make that address reachable: some clients try it first.`,
  };
}

/** `connected`, or what hindered it. */
export function describeTcp(failure: TcpFailure): string {
  switch (failure) {
    case undefined:
      return 'connected';
    case 'ECONNREFUSED':
      return 'refused';
    case 'ETIMEDOUT':
      return 'no answer';
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return 'no way there';
    default:
      return failure;
  }
}

function fixOf(failure: TcpFailure, port: number): string {
  switch (failure) {
    case 'ECONNREFUSED':
      return `Nothing listens on TCP ${port} there: check the port in the URL (server.port), and that didar runs.`;
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return "Check this machine's network: it has no way to the address.";
    default:
      return `Check that the name points to the right server, and open TCP ${port} in its firewalls and on the way.`;
  }
}
