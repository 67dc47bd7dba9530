// The reference implementation of the Standard Webhooks spec, which the issue names: 44 kB.
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Post, PostAnswer } from './post.ts';
import type { FindTarget } from './target.ts';

/** The receiver wants nothing any more, says the spec. */
export const GONE = 410;

export interface Message {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
}

/** Sends a signed message; resolves with the status of an answer that takes it in. */
export type Send = (message: Message, signal?: AbortSignal) => Promise<number>;

export interface SendDeps {
  readonly findTarget: FindTarget;
  readonly post: Post;
  readonly clock: Clock;
  readonly version: string;
}

/**
 * Signs and sends one message (standardwebhooks.com): `webhook-id`, `webhook-timestamp` and `webhook-signature`.
 *
 * @throws DomainError `webhook_refused` for any answer but 2xx, with `details.status`, and
 *   `details.retryAfterMs` where it says for how long to stay away; what finding and posting throw
 */
export function createSend({ findTarget, post, clock, version }: SendDeps): Send {
  return async ({ id, url, secret, body }, signal) => {
    const place = new URL(url);
    const address = await findTarget(place);
    const at = new Date(clock.now());
    const answer = await post({
      url: place,
      address,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': `didar/${version}`,
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      },
      ...(signal && { signal }),
    });
    if (answer.status < 200 || answer.status > 299) throw refused(place, answer, clock.now());
    return answer.status;
  };
}

function refused({ host }: URL, { status, retryAfter }: PostAnswer, now: number): DomainError {
  const retryAfterMs = retryAfter === undefined ? undefined : waitOf(retryAfter, now);
  return new DomainError('webhook_refused', `${host} answered ${status}.`, {
    fix: fixFor(status),
    details: { status, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  });
}

function fixFor(status: number): string {
  if (status === GONE) return 'It says that it is gone: delete the webhook, or switch it on again later.';
  if (status >= 300 && status < 400) return 'Redirects are not followed: change the URL to where it leads.';
  return "Look into the receiver's log; it has to answer 2xx.";
}

/** `Retry-After`: seconds or a date (RFC 9110, 10.2.3). Milliseconds; undefined where it is neither. */
function waitOf(text: string, now: number): number | undefined {
  const wait = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
