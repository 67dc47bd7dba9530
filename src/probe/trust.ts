import { rootCertificates } from 'node:tls';

/** Whose word is taken for a server's certificate. */
export interface Trust {
  /** PEM of authorities to trust besides the usual ones. */
  readonly ca?: string;
  /** Go on with a certificate that nobody vouches for; clients would not. */
  readonly insecure: boolean;
}

/** As options of Bun's and Node's TLS clients. `ca` replaces the usual authorities there, so they are added again. */
export function tlsOptions({ ca, insecure }: Trust): { ca?: string[]; rejectUnauthorized: boolean } {
  return { ...(ca !== undefined && { ca: [ca, ...rootCertificates] }), rejectUnauthorized: !insecure };
}
