import { toTimestamp } from '../../lib/schema.ts';
import { covers } from '../../network/tls/certificate.ts';
import type { NetworkHealth } from './model.ts';
import type { TlsPlan } from './plan.ts';

const DAY_MS = 86_400_000;

/** The certificate that clients are shown, and what they, or its next renewal, would stumble over. */
export function certificateOf(tls: TlsPlan, now: number): NonNullable<NetworkHealth['certificate']> {
  const { mode, subjects, notAfter, fingerprint } = tls.certificates.status();
  return {
    mode,
    subjects: [...subjects],
    notAfter: toTimestamp(notAfter),
    daysLeft: Math.floor(((notAfter - now) / DAY_MS) * 10) / 10,
    fingerprint,
    problem: problemOf(tls, now),
  };
}

function problemOf({ certificates, host }: TlsPlan, now: number): string | null {
  const { state, error, notAfter, subjects } = certificates.status();
  if (state !== 'ok') return error ?? 'There is none yet; a stand-in is shown, which clients refuse.';
  if (notAfter <= now) return `It expired on ${toTimestamp(notAfter).slice(0, 10)}.`;
  if (!covers(certificates.current(), host)) return `It is for ${subjects.join(', ')}, not for ${host}.`;
  return error ?? null;
}
