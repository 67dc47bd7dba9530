import { readFile } from 'node:fs/promises';
import { type Certificate, covers, readCertificate } from '../../../network/tls/certificate.ts';
import type { CertificateStatus } from '../../../network/tls/certificate-store.ts';
import { type Check, failed, failedBy, ok, skipped, warning } from '../../check.ts';
import { isForThisMachineOnly, type Subject } from '../../subject.ts';

const DAY_MS = 86_400_000;
const LOW_DAYS = 14;

/** Row 17 and below: the certificate is valid now, for this name, and will be renewed. */
export const certificateCheck: Check = {
  id: 'network.certificate',
  title: 'The certificate is valid and for this name',
  async run(subject) {
    const { config, running, clock } = subject;
    const { mode } = config.server.tls;
    if (mode === 'off') return skipped('server.tls.mode is off.');
    const status = running?.certificates?.status();
    if (status?.state === 'pending') {
      return failed(`There is no certificate yet. ${status.error ?? 'It was not asked for yet.'}`, {
        fix: status.fix ?? 'Wait a minute and look again.',
        key: 'server.tls.mode',
      });
    }
    const certificate = await current(subject).catch((error: unknown) => error);
    if (certificate === undefined) return skipped('No didar runs here; the certificate comes at its start.');
    if (!isCertificate(certificate)) return failedBy(certificate, { key: 'server.tls.cert' });
    const outcome = judge(certificate, status, mode, config.server.host, clock.now());
    // A server for this machine only needs nobody else's trust.
    return outcome.trouble === 'self-signed' && isForThisMachineOnly(subject)
      ? ok(outcome.evidence)
      : outcome;
  },
};

function judge(
  certificate: Certificate,
  status: CertificateStatus | undefined,
  mode: CertificateStatus['mode'],
  host: string | undefined,
  now: number,
) {
  const key = mode === 'files' ? 'server.tls.cert' : 'server.tls.mode';
  const { notBefore, notAfter, subjects } = certificate;
  const daysLeft = Math.floor((notAfter - now) / DAY_MS);
  const renewal = status?.error === undefined ? '' : ` The last renewal failed: ${status.error}`;
  const renew = status?.fix ?? 'Renew it and replace the files; Didar reads them again by itself.';
  if (now > notAfter) {
    return failed(`It expired on ${dateOf(notAfter)}, ${-daysLeft} days ago.${renewal}`, {
      trouble: 'certificate-expired',
      fix: `${renew} If the date is wrong, set the clock ("timedatectl").`,
      key,
    });
  }
  if (now < notBefore) {
    return failed(`It is valid from ${dateOf(notBefore)} on only.`, {
      trouble: 'clock-skew',
      fix: 'Set the clock of this machine ("timedatectl set-ntp true").',
    });
  }
  if (host !== undefined && !covers(certificate, host)) {
    return failed(`It is for ${subjects.join(', ') || 'no name at all'}, not for ${host}.`, {
      trouble: 'certificate-name',
      fix: `Get a certificate for ${host}, or set server.host to a name that it is for.`,
      key,
    });
  }
  const shown = `For ${subjects.join(', ')}, until ${dateOf(notAfter)} (${daysLeft} days).`;
  if (status?.state === 'failing') return warning(`${shown}${renewal}`, { fix: renew, key });
  if (daysLeft < LOW_DAYS && mode !== 'acme') return warning(shown, { fix: renew, key });
  if (mode === 'self-signed' || certificate.selfIssued) {
    return warning(
      `${shown} Nobody but this server vouches for it: browsers warn, and refuse TURN/TLS even to those who click on.`,
      {
        fix: 'Use server.tls.mode acme; or have every client trust the authority that "didar config ca" prints.',
        key,
        trouble: 'self-signed',
      },
    );
  }
  return ok(shown);
}

/** Undefined when only a daemon would know. */
async function current({ config, running }: Subject): Promise<Certificate | undefined> {
  if (running !== undefined) return running.certificates?.current();
  const { mode, cert, key } = config.server.tls;
  if (mode !== 'files' || cert === undefined || key === undefined) return undefined;
  const [certPem, keyPem] = await Promise.all([readFile(cert, 'utf8'), readFile(key, 'utf8')]);
  return readCertificate(certPem, keyPem);
}

function isCertificate(value: unknown): value is Certificate {
  return typeof value === 'object' && value !== null && 'fingerprint' in value;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
