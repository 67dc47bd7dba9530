import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { unmapAddress } from '../../lib/cidr.ts';
import { type Clock, wait } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';

/**
 * The addresses of a host as this machine sees them: by its hosts file and DNS.
 *
 * @throws DomainError `dns_failed`
 */
export async function resolve(host: string, clock: Clock, timeoutMs: number): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const late = wait(clock, timeoutMs).then(() => ({ code: 'no answer in time' }));
  const answer = await Promise.race([
    lookup(host, { all: true }).catch((error: NodeJS.ErrnoException) => ({
      code: error.code ?? error.message,
    })),
    late,
  ]);
  if ('code' in answer) throw dnsFailed(host, answer.code);
  return answer.map(({ address }) => unmapAddress(address));
}

function dnsFailed(host: string, code: string): DomainError {
  const isUnknown = ['ENOTFOUND', 'ENODATA', 'DNS_ENOTFOUND', 'DNS_ENODATA'].includes(code);
  return new DomainError('dns_failed', `${host} has no address here (${code}).`, {
    fix: isUnknown
      ? `Check the name, and add an A record (and AAAA for IPv6) for ${host} that points to the server.`
      : 'Check that this machine has a DNS server that answers.',
  });
}
