import { actorOf, type Principal } from '../../access/principal.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Logger } from '../../lib/log.ts';
import { type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { DidarEvent } from '../events/model.ts';
import { createDeliverer, describe } from './deliverer.ts';
import { createEndpoints, type Endpoints } from './endpoints.ts';
import type { PingResult, WebhookDelivery } from './model.ts';
import { createOutbox, TRIED_FOR_MS } from './outbox.ts';
import type { DeliveryRow, DeliveryState, WebhookRepo } from './repo.ts';
import { createSecrets } from './secrets.ts';
import type { Send } from './send.ts';

const DELIVERED_KEPT_MS = 3 * 86_400_000;
const DEAD_KEPT_MS = 30 * 86_400_000;
const KEPT = 20_000;
const PRUNE_EVERY_MS = 3_600_000;
const PAGE_SIZE = 100;

export interface WebhooksDeps {
  readonly repo: WebhookRepo;
  readonly events: EventRecorder;
  readonly jobs: Jobs;
  readonly send: Send;
  /** The secrets of webhooks are sealed by it. */
  readonly serverKey: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface DeliveryQuery {
  readonly state?: DeliveryState;
  readonly cursor?: string;
  readonly limit?: number;
}

export interface Webhooks
  extends Pick<Endpoints, 'get' | 'list' | 'create' | 'change' | 'replaceSecret' | 'delete'> {
  /** To be called in the transaction of every event that is stored. */
  take(event: DidarEvent): void;
  /** Sends a message of type `ping` now, past the queue. Throws `webhook_not_found` only. */
  ping(id: string): Promise<PingResult>;
  /** Newest first. */
  deliveries(id: string, query: DeliveryQuery): Page<WebhookDelivery>;
  /** Delivers again: one, whatever became of it, or all dead letters. Tells how many. Throws `delivery_not_found`. */
  redeliver(by: Principal, id: string, delivery?: string): number;
  /** Delivers what an earlier process left, and forgets what is old; until the returned function is called. */
  start(): () => void;
}

/** Tells other programs what happens, durably. */
export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { repo, events, send, clock } = deps;
  const secrets = createSecrets(deps.serverKey);
  const deliverer = createDeliverer({ ...deps, secrets, onSwitchedOff: () => outbox.forget() });
  const outbox = createOutbox({ repo, clock, onPending: deliverer.queue });
  const { rowOf, ...endpoints } = createEndpoints({
    repo,
    secrets,
    events,
    clock,
    onChanged() {
      outbox.forget();
      deliverer.sweep();
    },
  });

  function prune(): void {
    repo.prune('delivered', clock.now() - DELIVERED_KEPT_MS, KEPT);
    repo.prune('dead', clock.now() - DEAD_KEPT_MS, KEPT);
  }

  return {
    ...endpoints,
    take: outbox.take,

    async ping(id) {
      const { url, secret, name } = rowOf(id);
      const begun = clock.now();
      const timestamp = toTimestamp(begun);
      const body = JSON.stringify({ type: 'ping', timestamp, data: { webhook: id, name } });
      const result = (status: number | null, error: PingResult['error']) => ({
        ok: error === null,
        status,
        ms: clock.now() - begun,
        error,
      });
      try {
        const message = { id: newId('msg', begun), url, secret: secrets.open(id, secret), body };
        return result(await send(message), null);
      } catch (thrown) {
        const status = thrown instanceof DomainError ? thrown.details?.status : undefined;
        return result(typeof status === 'number' ? status : null, describe(thrown));
      }
    },

    deliveries(id, { state, cursor, limit = PAGE_SIZE }) {
      rowOf(id);
      const before = cursor === undefined || cursor === '' ? undefined : Number(cursor);
      const rows = repo.list(id, state, before, limit + 1);
      return pageOf(rows, limit, showDelivery, ({ event }) => String(event));
    },

    redeliver(by, id, delivery) {
      const { name } = rowOf(id);
      if (delivery !== undefined && !repo.delivery(id, delivery)) throw noDelivery(delivery);
      const ids = delivery === undefined ? undefined : [delivery];
      const objects = events.inTransaction(() => {
        const revived = repo.revive(id, ids, clock.now() + TRIED_FOR_MS);
        const data = { webhook: { id, name }, deliveries: revived.length };
        events.record({ kind: 'webhook.redelivered', actor: actorOf(by), data });
        return revived;
      });
      for (const object of new Set(objects)) deliverer.queue(id, object);
      return objects.length;
    },

    start() {
      prune();
      const ends = [deliverer.start(), clock.every(PRUNE_EVERY_MS, prune)];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

function showDelivery(row: DeliveryRow): WebhookDelivery {
  const { id, webhookId, eventId, kind, object, state, attempts, status, error, createdAt, finishedAt } = row;
  return {
    id,
    webhook: webhookId,
    event: eventId,
    kind,
    object,
    state,
    attempts,
    status,
    error: error && { ...error },
    createdAt: toTimestamp(createdAt),
    finishedAt: finishedAt === null ? null : toTimestamp(finishedAt),
  };
}

function noDelivery(id: string): DomainError {
  return new DomainError('delivery_not_found', `There is no delivery ${id}.`, {
    fix: 'Deliveries are forgotten 3 days after they arrived, dead letters after 30 days.',
  });
}
