import { isIP } from 'node:net';
import { addressMatcher } from '../../lib/cidr.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { lookUp } from '../../lib/look-up.ts';
import { reachOf } from '../../network/addresses/classify.ts';

/** No internet: for tests, reserved (RFC 6890), and IPv6 that carries an IPv4 address, perhaps a private one. */
const isSpecial = addressMatcher([
  '192.0.0.0/24',
  '198.18.0.0/15',
  '240.0.0.0/4',
  '64:ff9b::/96',
  '2002::/16',
]);

export interface TargetDeps {
  /** Networks besides the public internet that webhooks may go to: `webhooks.allowedNetworks`. */
  readonly allowedNetworks: readonly string[];
  /** The addresses of a name; `lookUp` when left out. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Finds the address to connect to, or says why there is none. */
export type FindTarget = (url: URL) => Promise<string>;

/**
 * Where a webhook goes. A name is resolved once, here: who sends connects to the address that was found good, so
 * that another answer of the same name server a moment later changes nothing (DNS rebinding).
 *
 * @throws DomainError `webhook_unresolved`, `webhook_address_refused`
 */
export function createTarget({ allowedNetworks, resolve = lookUp }: TargetDeps): FindTarget {
  const isAllowed = addressMatcher(allowedNetworks);

  return async ({ hostname }) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) ? [host] : await resolve(host).catch((cause) => unresolved(host, cause));
    // All of them: which one is taken must not depend on the order of an answer that somebody else makes.
    const refused = addresses.find((address) => !isPublic(address) && !isAllowed(address));
    const [address] = addresses;
    if (address === undefined) return unresolved(host, 'no address');
    if (refused !== undefined) throw refusedAddress(host, refused);
    return address;
  };
}

function isPublic(address: string): boolean {
  return reachOf(address) === 'public' && !isSpecial(address);
}

function unresolved(host: string, cause: unknown): never {
  throw new DomainError('webhook_unresolved', `The name ${host} has no address: ${messageOf(cause)}.`, {
    fix: 'Check the name in the URL, and the name servers of this machine.',
    cause,
  });
}

function refusedAddress(host: string, address: string): DomainError {
  const place = host === address ? address : `${host} (${address})`;
  return new DomainError(
    'webhook_address_refused',
    `${place} is not on the public internet: only this machine or its network is meant to reach it.`,
    { fix: `If it is meant to, add ${address} or its network to webhooks.allowedNetworks.` },
  );
}
