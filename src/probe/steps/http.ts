import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Asking, ask } from '../http.ts';
import type { Outcome } from '../step.ts';

/** Join tokens live for minutes, TURN credentials too: a wrong clock is felt from here on. */
const SKEW_LIMIT_MS = 30_000;

/**
 * Whether it is didar that answers, and whether its clock and ours agree.
 *
 * @throws DomainError `http_failed` or `not_didar`
 */
export async function checkHealth(url: URL, asking: Asking, clock: Clock): Promise<Outcome> {
  const { status, body, headers } = await ask(new URL('/api/health', url), asking);
  if (status !== 200 || body?.ok !== true) {
    throw new DomainError('not_didar', `GET /api/health answers ${status}, but not as didar does.`, {
      fix:
        status === 502 || status === 503 || status === 504
          ? 'A reverse proxy answers, but does not reach didar: check that it runs, and the address in the proxy.'
          : 'Another web server has this port: give the URL of didar, or pass everything under / on to it.',
    });
  }
  const date = Date.parse(headers.get('Date') ?? '');
  const skewMs = Number.isNaN(date) ? 0 : date - clock.now();
  if (Math.abs(skewMs) < SKEW_LIMIT_MS) return { evidence: 'GET /api/health: 200' };
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return {
    state: 'warning',
    evidence: `GET /api/health: 200; the server's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours`,
    fix: 'Synchronise the clocks (timedatectl set-ntp true): tokens are refused when they are minutes apart.',
  };
}

/**
 * Whether calls can be made.
 *
 * @throws DomainError `http_failed` or `not_ready`
 */
export async function checkReady(url: URL, asking: Asking): Promise<Outcome> {
  const { status, body } = await ask(new URL('/api/ready', url), asking);
  if (status === 200) return { evidence: 'database and media server are there' };
  const checks = Object.values((body?.checks ?? {}) as Record<string, Check>);
  const failed = checks.find(({ ok }) => ok === false);
  throw new DomainError('not_ready', failed?.reason ?? `GET /api/ready answers ${status}.`, {
    fix: failed?.fix ?? 'See "didar doctor" and the log at the server.',
  });
}

interface Check {
  readonly ok?: boolean;
  readonly reason?: string;
  readonly fix?: string;
}
