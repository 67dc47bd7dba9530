import { toTimestamp } from '../../lib/schema.ts';
import type { CertificateStatus } from '../../network/tls/certificate-store.ts';
import type { Health } from './model.ts';

/** Whether people's browsers will go on to take the certificate. One that is just being got is well. */
export function certificateHealth(status: CertificateStatus | undefined, now: number): Health {
  if (status === undefined) return { ok: true };
  const { state, error, fix, notAfter } = status;
  const isOver = now > notAfter;
  if (!isOver && error === undefined) return { ok: true };
  const until = toTimestamp(notAfter);
  const seen =
    state === 'pending'
      ? 'There is no certificate yet.'
      : isOver
        ? `The certificate expired at ${until}.`
        : `The certificate was not renewed; it is valid until ${until}.`;
  return {
    ok: false,
    reason: error === undefined ? seen : `${seen} ${error}`,
    fix:
      fix ??
      'Renew it and replace the files of server.tls.cert and server.tls.key; they are read again by themselves.',
  };
}
