import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Outcome } from '../step.ts';
import { type Trust, tlsOptions } from '../trust.ts';

const DAY_MS = 86_400_000;
/** Certificates are renewed weeks before: one this close to its end isn't being renewed. */
const SOON_DAYS = 10;

export interface TlsTarget {
  readonly address: string;
  readonly port: number;
  /** The name that clients dial, or an address. */
  readonly host: string;
}

/**
 * Looks at the certificate as a client would: its name, its time, and who vouches for it.
 *
 * @throws DomainError `tls_failed` when there is no TLS, `certificate_refused` when clients refuse it
 */
export async function checkTls(
  target: TlsTarget,
  trust: Trust,
  clock: Clock,
  timeoutMs: number,
): Promise<Outcome> {
  const socket = await open(target, trust, clock, timeoutMs);
  try {
    const leaf = new X509Certificate(socket.getPeerCertificate().raw);
    const protocol = socket.getProtocol() ?? 'TLS';
    return judge(leaf, { target, trust, protocol, trustFault: trustFaultOf(socket), now: clock.now() });
  } finally {
    socket.destroy();
  }
}

interface Circumstances {
  readonly target: TlsTarget;
  readonly trust: Trust;
  readonly protocol: string;
  readonly trustFault: string | undefined;
  readonly now: number;
}

function judge(leaf: X509Certificate, { target, trust, protocol, trustFault, now }: Circumstances): Outcome {
  const daysLeft = Math.floor((Date.parse(leaf.validTo) - now) / DAY_MS);
  const names = (leaf.subjectAltName ?? leaf.subject).replaceAll(/(DNS|IP Address):/g, '');
  const about = `${protocol}, certificate for ${names} from ${issuerOf(leaf)}, ${daysLeft} days left`;
  const fault = faultOf(leaf, target.host, now, trustFault);
  if (fault === undefined) {
    return daysLeft >= SOON_DAYS
      ? { evidence: about }
      : {
          state: 'warning',
          evidence: about,
          fix: 'Renew the certificate; see why it was not renewed by itself.',
        };
  }
  const evidence = `${fault.what}; ${about}`;
  if (trust.insecure) return { state: 'warning', evidence, fix: fault.fix };
  throw new DomainError('certificate_refused', evidence, { fix: fault.fix });
}

function faultOf(
  leaf: X509Certificate,
  host: string,
  now: number,
  trustFault: string | undefined,
): { what: string; fix: string } | undefined {
  if (Date.parse(leaf.validTo) < now) {
    return {
      what: `expired ${leaf.validTo}`,
      fix: 'Renew the certificate; server.tls.mode: acme does it by itself.',
    };
  }
  if (Date.parse(leaf.validFrom) > now) {
    return {
      what: `not valid before ${leaf.validFrom}`,
      fix: 'Set the clocks of this machine and of the server.',
    };
  }
  if ((isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) === undefined) {
    return {
      what: `not for ${host}`,
      fix: `Use the name that the certificate is for, or get one for ${host} (server.host is the name that acme asks for).`,
    };
  }
  if (trustFault === undefined) return undefined;
  return {
    what: `not trusted (${trustFault})`,
    fix: 'Use a certificate from a public authority (server.tls.mode: acme), send its whole chain, or give clients your authority (here: --ca FILE).',
  };
}

/** Name faults are told by our own check, whose words are better. */
function trustFaultOf(socket: TLSSocket): string | undefined {
  const error: unknown = socket.authorizationError;
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : error;
  return socket.authorized || !code || code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? undefined : String(code);
}

function issuerOf({ issuer }: X509Certificate): string {
  return /^(?:O|CN)=(.+)$/m.exec(issuer)?.[1] ?? issuer;
}

function open(target: TlsTarget, trust: Trust, clock: Clock, timeoutMs: number): Promise<TLSSocket> {
  const { address, port, host } = target;
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...tlsOptions(trust),
      host: address,
      port,
      ...(isIP(host) === 0 && { servername: host }),
      // what is wrong with a certificate is told better after a look at it
      rejectUnauthorized: false,
    });
    const fail = (why: string, fix: string) => {
      cancel();
      socket.destroy();
      reject(new DomainError('tls_failed', `No TLS on ${address} port ${port}: ${why}.`, { fix }));
    };
    const cancel = clock.after(timeoutMs, () =>
      fail(
        'no answer',
        `Check that the port is the one for https; without TLS the URL is http://${host}:${port}.`,
      ),
    );
    socket.once('error', (error) =>
      fail(messageOf(error), `Without TLS on that port the URL is http://${host}:${port}.`),
    );
    socket.once('secureConnect', () => {
      cancel();
      resolve(socket);
    });
  });
}
