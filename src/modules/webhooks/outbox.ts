import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { DidarEvent } from '../events/model.ts';
import type { WebhookRepo, WebhookRow } from './repo.ts';

/** Deliveries are tried for so long. */
export const TRIED_FOR_MS = 86_400_000;
/** Beyond so many that wait, what comes is a dead letter at once: a receiver that is gone must not fill the disk. */
const MAX_PENDING = 10_000;

export interface OutboxDeps {
  readonly repo: WebhookRepo;
  readonly clock: Clock;
  /** There is something to deliver about this object. */
  readonly onPending: (webhook: string, object: string) => void;
}

/** Puts events down for the webhooks that want them, in the transaction of the event: neither is there without the other. */
export function createOutbox({ repo, clock, onPending }: OutboxDeps) {
  let known: readonly WebhookRow[] | undefined;

  function put({ id: webhookId }: WebhookRow, event: DidarEvent): void {
    const now = clock.now();
    const isFull = repo.count(webhookId, 'pending') >= MAX_PENDING;
    const object = event.object ?? event.kind;
    repo.addDelivery({
      id: newId('msg', now),
      webhookId,
      eventId: event.id,
      kind: event.kind,
      object,
      body: JSON.stringify({ type: event.kind, timestamp: event.at, data: event }),
      state: isFull ? 'dead' : 'pending',
      attempts: 0,
      status: null,
      error: isFull ? FULL : null,
      createdAt: now,
      expiresAt: now + TRIED_FOR_MS,
      finishedAt: isFull ? now : null,
    });
    if (!isFull) onPending(webhookId, object);
  }

  return {
    take(event: DidarEvent): void {
      // What happens to a webhook would tell itself for ever.
      if (event.kind.startsWith('webhook.')) return;
      known ??= repo.all();
      for (const webhook of known) if (wants(webhook, event)) put(webhook, event);
    },
    /** Webhooks were changed. */
    forget(): void {
      known = undefined;
    },
  };
}

const FULL = {
  code: 'webhook_backlog_full',
  message: `${MAX_PENDING} deliveries to this webhook wait already.`,
  fix: 'Mend the receiver, then deliver the dead letters again.',
};

function wants({ enabled, kinds, rooms }: WebhookRow, { kind, room }: DidarEvent): boolean {
  if (!enabled) return false;
  if (rooms.length > 0 && (room === null || !rooms.includes(room))) return false;
  return (
    kinds.length === 0 || kinds.some((each) => each === kind || (each.endsWith('.') && kind.startsWith(each)))
  );
}
