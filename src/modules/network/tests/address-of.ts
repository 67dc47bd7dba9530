import { DomainError } from '../../../lib/errors.ts';
import { resolveHost } from '../../../network/addresses/probe.ts';

/**
 * The address that clients of a name dial first, as this machine resolves it.
 *
 * @throws DomainError `name_unresolved`
 */
export async function addressOf(host: string): Promise<string> {
  const [address] = await resolveHost(host);
  if (address !== undefined) return address;
  throw new DomainError('name_unresolved', `${host} does not resolve to an address.`, {
    fix: `Add an A record (and AAAA for IPv6) for ${host} that leads to this machine, or correct server.host.`,
  });
}
