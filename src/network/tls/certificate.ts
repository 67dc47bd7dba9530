import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { DomainError, messageOf } from '../../lib/errors.ts';

/** A key with its certificate, and what is worth telling of it. Times in milliseconds since the epoch. */
export interface Certificate {
  /** PEM, the leaf first, then the chain. */
  readonly cert: string;
  readonly key: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** DNS names and IP addresses it is good for. */
  readonly subjects: readonly string[];
  /** SHA-256 of the leaf, as `AB:CD:…`. */
  readonly fingerprint: string;
  /** Whether no one but its own key vouches for it. */
  readonly selfIssued: boolean;
}

/**
 * Reads a pair of PEM texts.
 *
 * @throws DomainError `certificate_unusable` when one cannot be read, or they do not belong together.
 */
export function readCertificate(cert: string, key: string): Certificate {
  const leaf = parse('certificate', () => new X509Certificate(cert));
  const privateKey = parse('key', () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new DomainError('certificate_unusable', 'The key does not belong to the certificate.', {
      fix: 'Give the key with which this certificate was requested, and the leaf first in the certificate file.',
    });
  }
  // The library that will show it has rules of its own, such as what the key may be used for.
  parse('certificate', () => createSecureContext({ cert, key }));
  return {
    cert,
    key,
    notBefore: Date.parse(leaf.validFrom),
    notAfter: Date.parse(leaf.validTo),
    subjects: subjectsOf(leaf.subjectAltName),
    fingerprint: leaf.fingerprint256,
    selfIssued: leaf.issuer === leaf.subject,
  };
}

/** Whether a client that dials `host` accepts the certificate's names; RFC 6125. */
export function covers(certificate: Certificate, host: string): boolean {
  const leaf = new X509Certificate(certificate.cert);
  return (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined;
}

/** When to get the next one: after two thirds of its life. */
export function renewalTime(certificate: Certificate): number {
  return certificate.notBefore + ((certificate.notAfter - certificate.notBefore) * 2) / 3;
}

function parse<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new DomainError('certificate_unusable', `The ${what} cannot be read: ${messageOf(cause)}.`, {
      cause,
      fix: `Give a PEM file; it begins with -----BEGIN ${what === 'key' ? 'PRIVATE KEY' : 'CERTIFICATE'}-----. A key must have no passphrase.`,
    });
  }
}

/** From `DNS:meet.example, IP Address:203.0.113.1`; IPv6 addresses come written out and leave in short form. */
function subjectsOf(names: string | undefined): string[] {
  return (names ?? '').split(', ').flatMap((name) => {
    const subject = /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1];
    if (subject === undefined) return [];
    return isIP(subject) === 6 ? new URL(`http://[${subject}]`).hostname.slice(1, -1) : subject;
  });
}
