import { DomainError, messageOf } from '../../lib/errors.ts';

/** What keeps a connection from being made, as OpenSSL and Bun name it, and what to do about it. */
const FIXES: readonly (readonly [code: RegExp, fix: string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/,
    "give its authority's certificate with --ca-file: didar config ca prints it on the server",
  ],
  [/ALTNAME/, 'use the name that the certificate is for'],
  [/CERT_HAS_EXPIRED/, 'renew the certificate of the server; or the clock of this machine is wrong'],
  [/EPROTO/, 'write http:// where the server has no TLS (server.tls.mode: off)'],
];
const ELSE =
  'see whether it runs (systemctl status didar, or its terminal), and whether the address is right';

/** Nothing answers at an address: `daemon_unreachable`, with the fix that its cause calls for. */
export function unreachable(name: string, cause: unknown): DomainError {
  const { code = '' } = cause as { readonly code?: string };
  return new DomainError('daemon_unreachable', `didar does not answer at ${name}: ${messageOf(cause)}`, {
    fix: FIXES.find(([pattern]) => pattern.test(code))?.[1] ?? ELSE,
    cause,
  });
}
