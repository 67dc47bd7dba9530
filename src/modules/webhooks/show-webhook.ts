import { toTimestamp } from '../../lib/schema.ts';
import type { WebhookEndpoint } from './model.ts';
import type { WebhookRepo, WebhookRow } from './repo.ts';

/** A webhook as the API and events tell it. */
export function showWebhook(row: WebhookRow, repo: WebhookRepo): WebhookEndpoint {
  const { id, name, url, kinds, rooms, enabled, goneAt, createdBy, createdAt } = row;
  const delivered = repo.lastDelivered(id);
  const failed = repo.firstFailing(id) ?? repo.lastDead(id, delivered?.finishedAt ?? 0);
  return {
    id,
    name,
    url,
    kinds: [...kinds],
    rooms: [...rooms],
    enabled,
    goneAt: timeOf(goneAt),
    pending: repo.count(id, 'pending'),
    dead: repo.count(id, 'dead'),
    lastDeliveredAt: timeOf(delivered?.finishedAt),
    failing: failed?.error ? { since: toTimestamp(failed.createdAt), ...failed.error } : null,
    createdBy,
    createdAt: toTimestamp(createdAt),
  };
}

function timeOf(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : toTimestamp(at);
}
