import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { unmapAddress } from '../lib/cidr.ts';
import { type Clock, wait } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { lookUp } from '../lib/look-up.ts';
import { reachOf } from '../network/addresses/classify.ts';
import type { NameProblem } from './subject.ts';

const LIMIT_MS = 2_000;
/** What getaddrinfo and DNS say when there is no such name; all else means that nobody could tell. */
const NO_SUCH_NAME: readonly unknown[] = ['ENOTFOUND', 'ENODATA', 'DNS_ENOTFOUND', 'DNS_ENODATA'];

export interface ResolvedName {
  readonly addresses: readonly string[];
  readonly problem?: NameProblem;
}

/**
 * The addresses of a name, and why there are none. A name that the hosts file gives to loopback (Debian does so with
 * a machine's own) is asked of DNS, where other people ask. Takes 2 s at most; never throws.
 */
export async function resolveName(host: string | undefined, clock: Clock): Promise<ResolvedName> {
  if (host === undefined) return { addresses: [] };
  if (isIP(host) !== 0) return { addresses: [host] };
  const late = wait(clock, LIMIT_MS).then(() => silent(`no DNS server answered within ${LIMIT_MS / 1000} s`));
  return Promise.race([ask(host), late]);
}

async function ask(host: string): Promise<ResolvedName> {
  try {
    const found = (await lookUp(host)).map(unmapAddress);
    if (!found.every((address) => reachOf(address) === 'loopback')) return { addresses: found };
    const published = await askDns(host);
    return { addresses: published.length > 0 ? published : found };
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (!NO_SUCH_NAME.includes(code)) return silent(messageOf(error));
    return { addresses: [], problem: { kind: 'unknown', message: `there is no such name (${code})` } };
  }
}

async function askDns(host: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: LIMIT_MS / 2, tries: 1 });
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

function silent(message: string): ResolvedName {
  return { addresses: [], problem: { kind: 'silent', message } };
}
