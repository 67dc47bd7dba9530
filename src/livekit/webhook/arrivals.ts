import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { receiveWebhook } from './webhook.ts';

type Receive = ReturnType<typeof receiveWebhook>;

export interface WebhookArrivals {
  /** The receiver that was handed in, watched. */
  readonly receive: Receive;
  /** Resolves when a webhook about this room came, or was refused, or nothing did within `limitMs`. */
  about(room: string, limitMs: number): Promise<WebhookArrival>;
}

export type WebhookArrival =
  | { readonly kind: 'came' }
  /** One came that was not signed with our key or not understood; about which room can't be told. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'nothing' };

/** Lets others see that webhooks come, without taking part in what they say. */
export function watchWebhooks(receive: Receive, clock: Clock): WebhookArrivals {
  const waiting = new Set<(room: string | undefined, refusal?: string) => void>();

  return {
    async receive(body, authorization) {
      try {
        const webhook = await receive(body, authorization);
        const { fact } = webhook;
        if ('room' in fact) for (const tell of [...waiting]) tell(fact.room.name);
        return webhook;
      } catch (error) {
        for (const tell of [...waiting]) tell(undefined, messageOf(error));
        throw error;
      }
    },
    about(room, limitMs) {
      return new Promise((resolve) => {
        let refusal: string | undefined;
        const done = (arrival: WebhookArrival) => {
          cancel();
          waiting.delete(tell);
          resolve(arrival);
        };
        const tell = (name: string | undefined, refused?: string) => {
          // Anyone can send us a forged one: only when no good one comes does it tell anything.
          if (refused !== undefined) refusal = refused;
          else if (name === room) done({ kind: 'came' });
        };
        const cancel = clock.after(limitMs, () =>
          done(refusal === undefined ? { kind: 'nothing' } : { kind: 'refused', reason: refusal }),
        );
        waiting.add(tell);
      });
    },
  };
}
