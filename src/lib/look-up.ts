import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

const TRY_MS = 900;
const TRIES = 2;
/** DNS has answered, and there is nothing: then others that know names are asked, as mDNS or the search list. */
const NOTHING: readonly unknown[] = ['ENOTFOUND', 'ENODATA'];

/**
 * The addresses of a name, from the hosts file or DNS. Not by getaddrinfo as long as that can be helped: that keeps a
 * thread of the pool that reads files busy while DNS is silent, 5 s a try, and there are as few as processors.
 *
 * @throws what DNS said, with its `code`: `ENOTFOUND`, `ETIMEOUT` …
 */
export async function lookUp(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const local = await inHostsFile(host);
  if (local.length > 0) return local;
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  const silence = answers.find(
    (answer) => answer.status === 'rejected' && !NOTHING.includes((answer.reason as { code?: unknown }).code),
  );
  if (silence?.status === 'rejected') throw silence.reason;
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** See hosts(5). */
async function inHostsFile(host: string): Promise<readonly string[]> {
  const text = await readFile('/etc/hosts', 'utf8').catch(() => '');
  const wanted = host.toLowerCase();
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [address] : [];
  });
}
