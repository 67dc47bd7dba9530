import type { Principal } from '../../access/principal.ts';
import { actorOf } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { createRecentMap } from '../../lib/recent-map.ts';
import { createTokenBuckets } from '../../lib/token-bucket.ts';
import type { EventRecorder } from './events.ts';

/** A request that was not done, as far as the audit wants to know it. */
export interface Refusal {
  readonly method: string;
  readonly path: string;
  readonly principal: Principal;
  /** IP address, or `local`. */
  readonly address: string;
  readonly status: number;
  /** Of the problem document. */
  readonly code: string;
  /** What it was about, where a service knows better than the path: `user:u_…`. */
  readonly about?: string | undefined;
}

/** The same again within this time is counted, not stored. */
const SAME_MS = 60_000;
const KNOWN = 2_000;
/** Whatever comes in, not more than this is stored: a burst, then one in ten seconds. */
const BURST = 500;
const REFILL_MS = 10_000;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const MAX_PATH = 200;

/**
 * Writes down which acts were refused or failed, whoever tried: a forbidden change, a wrong password, a kick that the
 * media server did not take. Reading and malformed requests are no acts. A flood can't fill the disk: what is the same
 * is stored once a minute, and all of it at a bounded rate; the next one stored tells how many were not.
 */
export function createRefusals({ events, clock }: { events: Pick<EventRecorder, 'record'>; clock: Clock }) {
  const seen = createRecentMap<string, { readonly at: number; times: number }>(KNOWN);
  const budget = createTokenBuckets({ clock, burst: BURST, refillMs: REFILL_MS, maxKeys: 1 });
  let unrecorded = 0;

  return (refusal: Refusal): void => {
    if (READS.has(refusal.method) || !isOutcome(refusal.status)) return;
    const { method, address, status, code, about } = refusal;
    const actor = actorOf(refusal.principal);
    const path = withoutSecrets(refusal.path).slice(0, MAX_PATH);
    const key = [actor, address, method, path, code, about].join(' ');
    const before = seen.get(key);
    if (before && clock.now() - before.at < SAME_MS) {
      before.times += 1;
      return;
    }
    if (budget.waitFor('all') > 0) {
      unrecorded += 1;
      return;
    }
    budget.take('all');
    seen.set(key, { at: clock.now(), times: 0 });
    events.record({
      kind: 'request.refused',
      actor,
      object: about ?? objectOf(path),
      outcome: status >= 500 ? 'failed' : 'refused',
      data: { method, path, status, code, address, repeated: before?.times ?? 0, unrecorded },
    });
    unrecorded = 0;
  };
}

/** Not permitted, not possible, or not done by what it needs. */
function isOutcome(status: number): boolean {
  return status === 401 || status === 403 || status === 409 || status >= 500;
}

/** `/api/user/u_1/logins` is about `user:u_1`. */
function objectOf(path: string): string | null {
  const [, thing, id] = /^\/api\/([a-z]+)\/([^/]+)/.exec(path) ?? [];
  return thing === undefined || id === undefined || thing === 'auth' || id === 'join'
    ? null
    : `${thing}:${id}`;
}

/** What is long and mixes cases may be the secret of a link: no name or id of ours does. */
function withoutSecrets(path: string): string {
  return path
    .split('/')
    .map((part) => (part.length >= 40 && /[A-Z]/.test(part) ? '…' : part))
    .join('/');
}
