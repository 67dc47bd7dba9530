import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { parseCidr } from '../../lib/cidr.ts';
import type { PortRange } from '../config.ts';
import { accept, type Kind, type Parsed, plainText, refuse } from './kind.ts';
import { count, text, wholeNumber } from './plain.ts';

const HIGHEST_PORT = 65_535;

export const port: Kind<number> = {
  ...count(1, HIGHEST_PORT),
  expects: 'a port from 1 to 65535',
  placeholder: 'port',
};

/** `50000-60000`, or one port. */
export const portRange: Kind<PortRange> = {
  expects: 'a port or a range of ports such as `50000-60000`',
  placeholder: 'from-to',
  parse(raw): Parsed<PortRange> {
    const match = /^(\d+)(?:\s*(?:-|–|\.\.|:)\s*(\d+))?$/.exec(plainText(raw) ?? '');
    const from = wholeNumber(match?.[1]);
    const to = wholeNumber(match?.[2] ?? match?.[1]);
    if (from === undefined || to === undefined) {
      return refuse('is not a range of ports', 'write it like 50000-60000, or one port');
    }
    if (from < 1 || to > HIGHEST_PORT) return refuse('is out of range', 'ports go from 1 to 65535');
    if (from > to) return refuse('ends before it starts', `write ${to}-${from}`);
    return accept({ from, to });
  },
  show: ({ from, to }) => (from === to ? from : `${from}-${to}`),
};

export const address: Kind<string> = text('an IP address', 'address', {
  matches: (value) => isIP(value) !== 0,
  fix: 'write an IPv4 or IPv6 address, not a name',
});

export const cidr: Kind<string> = text('an address or a network such as `10.0.0.0/8`', 'cidr', {
  matches: (value) => parseCidr(value) !== undefined,
  fix: 'write an address, or a network such as 10.0.0.0/8',
});

/** A DNS name or an IP address, without scheme, port or path. */
export const host: Kind<string> = {
  expects: 'a host name or an IP address',
  placeholder: 'name',
  parse(raw, place): Parsed<string> {
    const parsed = text(this.expects, 'name').parse(raw, place);
    if (!parsed.ok || parsed.value === undefined) return parsed;
    const name = parsed.value.replace(/^\[(.*)\]$/, '$1');
    if (isIP(name) !== 0) return accept(name);
    // What browsers send for a name such as "münchen.example": its ASCII form.
    const ascii = domainToASCII(name);
    const bare = /^(?:\w+:\/\/)?([^/:?#]+)/.exec(name)?.[1] ?? '';
    if (!isDnsName(ascii)) {
      const fix =
        isDnsName(bare) && bare !== name ? `write ${bare}` : 'write a name such as meet.example.org';
      return refuse('is not a host name', fix);
    }
    return accept(ascii.toLowerCase());
  },
  show: (value) => value,
};

/** RFC 1123 labels. What looks like a broken IPv4 address (`300.1.1.1`) is no name. */
export function isDnsName(name: string): boolean {
  return (
    name.length <= 253 &&
    /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?$/i.test(name) &&
    !/^[\d.]+$/.test(name)
  );
}

export function url(...schemes: readonly string[]): Kind<string> {
  const expects = `a ${schemes.map((scheme) => `\`${scheme}://\``).join(' or ')} URL`;
  return text(expects, 'url', {
    matches(value) {
      const parsed = URL.parse(value);
      return parsed !== null && parsed.host !== '' && schemes.includes(parsed.protocol.slice(0, -1));
    },
    fix: `write it like ${schemes.at(-1)}://name:port`,
  });
}

/** The origin of a page, as browsers send it (RFC 6454). */
export const origin: Kind<string> = text('an origin such as `https://app.example.org`', 'origin', {
  matches: (value) => /^https?:/.test(value) && URL.parse(value)?.origin === value,
  fix: 'write scheme and name, in lower case, without a path: https://app.example.org',
});
