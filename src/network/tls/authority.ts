import { createHash } from 'node:crypto';
// @peculiar/x509: makes certificates on WebCrypto; acme-client brings it along anyway. Loaded only where one is
// made, for it takes 25 MB.
import type { X509Certificate } from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** id-pe-acmeIdentifier */
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31';
const DAY_MS = 86_400_000;
const CA_LIFE_MS = 3650 * DAY_MS;
/** Under the 398 days that browsers accept, and short enough that a swap is nothing rare. */
const LEAF_LIFE_MS = 90 * DAY_MS;
/** Clients' clocks are not ours. */
const BACKDATE_MS = DAY_MS;

/** PEM texts. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A new certificate authority, good for ten years and for servers' certificates alone. */
export async function createAuthority(name: string, now: number): Promise<Pair> {
  const x509 = await library();
  const keys = await newKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + CA_LIFE_MS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pair(cert, keys.privateKey);
}

/** A certificate for the given names and addresses, signed by an authority of ours, with its chain. */
export async function issueLeaf(
  authority: Pair,
  subjects: { readonly names: readonly string[]; readonly addresses: readonly string[] },
  now: number,
): Promise<Pair> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.cert);
  const keys = await newKeys();
  const alternatives = [
    ...subjects.names.map((value) => ({ type: 'dns' as const, value })),
    ...subjects.addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const cert = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [alternatives[0]?.value ?? 'didar'] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(Math.min(now + LEAF_LIFE_MS, issuer.notAfter.getTime())),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternatives),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const leaf = await pair(cert, keys.privateKey);
  return { ...leaf, cert: leaf.cert + authority.cert };
}

/**
 * The certificate that answers tls-alpn-01 (RFC 8737, section 3). acme-client's own may not sign, by its key usage,
 * and BoringSSL holds it to that.
 */
export async function createChallengeCertificate(
  name: string,
  keyAuthorization: string,
  now: number,
): Promise<Pair> {
  const x509 = await library();
  const keys = await newKeys();
  const digest = createHash('sha256').update(keyAuthorization).digest();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + DAY_MS),
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
      // The digest as a DER octet string.
      new x509.Extension(ACME_IDENTIFIER, true, Buffer.concat([Buffer.from([0x04, digest.length]), digest])),
    ],
  });
  return pair(cert, keys.privateKey);
}

async function library() {
  // What @peculiar/x509 is built on wants it first; in the executable only an import of our own sees to that.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(crypto);
  return x509;
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function pair(cert: X509Certificate, privateKey: CryptoKey): Promise<Pair> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  const lines = der.match(/.{1,64}/g)?.join('\n') ?? '';
  return {
    cert: `${cert.toString('pem')}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}

function importKey(pem: string): Promise<CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return crypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}
