import { actorOf, type Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { idOf, type Page, pageOf } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { WebhookCreate, WebhookCreated, WebhookEndpoint, WebhookPatch } from './model.ts';
import type { WebhookRepo, WebhookRow } from './repo.ts';
import type { Secrets } from './secrets.ts';
import { showWebhook } from './show-webhook.ts';

const MAX_WEBHOOKS = 50;

export interface WebhookQuery {
  readonly cursor?: string;
  readonly limit?: number;
}

export interface EndpointsDeps {
  readonly repo: WebhookRepo;
  readonly secrets: Secrets;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** Told after each change, so that what waits goes out and what is cached is read anew. */
  readonly onChanged: () => void;
}

/** Where events are sent to, as admins manage it. */
export function createEndpoints({ repo, secrets, events, clock, onChanged }: EndpointsDeps) {
  function rowOf(id: string): WebhookRow {
    const row = repo.get(id);
    if (row) return row;
    throw new DomainError('webhook_not_found', `There is no webhook ${id}.`, {
      fix: 'See GET /api/webhook, or didar webhook list, for what there is.',
    });
  }

  const show = (row: WebhookRow) => showWebhook(row, repo);

  return {
    rowOf,
    get: (id: string): WebhookEndpoint => show(rowOf(id)),
    /** In the order in which they were made. */
    list({ cursor = '', limit = MAX_WEBHOOKS }: WebhookQuery = {}): Page<WebhookEndpoint> {
      const rest = repo.all().filter(({ id }) => id > cursor);
      return pageOf(rest, limit, show, idOf);
    },

    /** The one answer that carries the secret, until it is replaced. */
    create(by: Principal, { name, url, kinds = [], rooms = [] }: WebhookCreate): WebhookCreated {
      if (repo.all().length >= MAX_WEBHOOKS) throw tooMany();
      const now = clock.now();
      const id = newId('w', now);
      const { hostname } = checked(url);
      const secret = secrets.make();
      const row: WebhookRow = {
        id,
        name: name ?? hostname,
        url,
        secret: secrets.seal(id, secret),
        kinds,
        rooms,
        enabled: true,
        goneAt: null,
        createdBy: actorOf(by),
        createdAt: now,
      };
      const webhook = events.inTransaction(() => {
        repo.insert(row);
        const shown = show(row);
        const told = { after: shown, data: { webhook: shown } };
        events.record({ kind: 'webhook.created', actor: row.createdBy, ...told });
        return shown;
      });
      onChanged();
      return { ...webhook, secret };
    },

    change(by: Principal, id: string, patch: WebhookPatch): WebhookEndpoint {
      const before = show(rowOf(id));
      if (patch.url !== undefined) checked(patch.url);
      const after = events.inTransaction(() => {
        // Whoever changes it has seen to it.
        const row = repo.update(id, { ...patch, goneAt: null });
        const shown = row ? show(row) : before;
        const told = { before, after: shown, data: { webhook: shown } };
        events.record({ kind: 'webhook.changed', actor: actorOf(by), ...told });
        return shown;
      });
      onChanged();
      return after;
    },

    /** Another secret from the next attempt on; the old one signs nothing any more. */
    replaceSecret(by: Principal, id: string): WebhookCreated {
      rowOf(id);
      const secret = secrets.make();
      const webhook = events.inTransaction(() => {
        repo.update(id, { secret: secrets.seal(id, secret) });
        const shown = show(rowOf(id));
        const data = { webhook: shown, signing: 'replaced' };
        events.record({ kind: 'webhook.changed', actor: actorOf(by), data });
        return shown;
      });
      onChanged();
      return { ...webhook, secret };
    },

    /** What was not delivered is given up with it. */
    delete(by: Principal, id: string): void {
      const webhook = show(rowOf(id));
      events.inTransaction(() => {
        repo.delete(id);
        events.record({ kind: 'webhook.deleted', actor: actorOf(by), before: webhook, data: { webhook } });
      });
      onChanged();
    },
  };
}

export type Endpoints = ReturnType<typeof createEndpoints>;

function checked(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && url.username === '' && url.password === '' && /^https?:$/.test(url.protocol)) return url;
  throw new DomainError('webhook_url_invalid', 'This is no URL that events can be sent to.', {
    fix: 'Give one such as https://example.org/hook, without a name and password in it.',
  });
}

function tooMany(): DomainError {
  return new DomainError('too_many_webhooks', `There are ${MAX_WEBHOOKS} webhooks already.`, {
    fix: 'Delete one, or let one receiver pass events on.',
  });
}
