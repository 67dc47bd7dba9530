// The reference implementation of the Standard Webhooks spec, which the issue names: 44 kB.
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Post } from './post.ts';
import type { FindTarget } from './target.ts';

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
 * @throws DomainError `webhook_refused` for any answer but 2xx, with `details.status`; what finding and posting throw
 */
export function createSend({ findTarget, post, clock, version }: SendDeps): Send {
  return async ({ id, url, secret, body }, signal) => {
    const place = new URL(url);
    const address = await findTarget(place);
    const at = new Date(clock.now());
    const status = await post({
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
    if (status < 200 || status > 299) throw refused(place, status);
    return status;
  };
}

function refused({ host }: URL, status: number): DomainError {
  const isRedirect = status >= 300 && status < 400;
  return new DomainError('webhook_refused', `${host} answered ${status}.`, {
    fix: isRedirect
      ? 'Redirects are not followed: change the URL to where it leads.'
      : "Look into the receiver's log; it has to answer 2xx.",
    details: { status },
  });
}
