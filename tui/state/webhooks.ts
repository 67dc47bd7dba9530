import type { Clock } from '../../src/lib/clock.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import type { Api } from '../api/client.ts';
import { createList, type List } from './list.ts';
import { createMarks, type Marks } from './marks.ts';
import { type Order, oldest, text } from './orders.ts';
import { createWatched, type Watched } from './watched.ts';
import type { World } from './world.ts';

const REFRESH_MS = 30_000;

/** Where the server sends events to, and what became of them. */
export interface Webhooks extends Pick<Watched<WebhookEndpoint>, 'trouble' | 'isRead' | 'put' | 'remove'> {
  readonly list: List<WebhookEndpoint>;
  get(id: string): WebhookEndpoint | undefined;
  /** Those of the webhook that is entered. */
  readonly deliveries: {
    readonly list: List<WebhookDelivery>;
    readonly marks: Marks<WebhookDelivery>;
    readonly trouble: string | undefined;
    readonly isRead: boolean;
  };
  enter(id: string): void;
  /** Reads them now and again, `inside` with the deliveries of the entered one, until the returned function is called. */
  watch(inside: boolean): () => void;
  refresh(): void;
}

export interface WebhooksOptions {
  readonly api: Pick<Api, 'webhooks' | 'deliveries'>;
  readonly world: World;
  readonly clock: Clock;
  readonly changed: () => void;
}

export function createWebhooks({ api, world, clock, changed }: WebhooksOptions): Webhooks {
  let entered: string | undefined;
  const usual = { world, clock, changed, everyMs: REFRESH_MS };

  const endpoints = createWatched<WebhookEndpoint>({
    ...usual,
    idOf: ({ id }) => id,
    read: api.webhooks,
    told: (event) => (isAbout(event) ? 'read' : undefined),
  });
  const sent = createWatched<WebhookDelivery>({
    ...usual,
    idOf: ({ id }) => id,
    read: readEntered,
    told: (event) => (isAbout(event, entered) ? 'read' : undefined),
  });

  async function readEntered(): Promise<WebhookDelivery[]> {
    const id = entered;
    const found = id === undefined ? [] : await api.deliveries(id);
    // Another one may have been entered meanwhile.
    return id === entered ? found : readEntered();
  }

  const list = createList({
    source: endpoints.items,
    compare: WEBHOOK_ORDERS[0].compare,
    textOf: ({ name, url, kinds, rooms, failing }) =>
      `${name} ${url} ${kinds.join(' ')} ${rooms.join(' ')} ${failing?.message ?? ''}`,
  });
  const deliveries = createList({
    source: sent.items,
    compare: DELIVERY_ORDERS[0].compare,
    textOf: ({ kind, object, state, status, error }) =>
      `${kind} ${object} ${state} ${status ?? ''} ${error?.message ?? ''}`,
  });
  const marks = createMarks(sent.items);

  return {
    list,
    get: endpoints.items.get,
    deliveries: {
      list: deliveries,
      marks,
      get trouble() {
        return sent.trouble;
      },
      get isRead() {
        return sent.isRead;
      },
    },
    get trouble() {
      return endpoints.trouble;
    },
    get isRead() {
      return endpoints.isRead;
    },
    put: endpoints.put,
    remove: endpoints.remove,
    enter(id) {
      if (id === entered) return;
      entered = id;
      sent.clear();
      deliveries.setFilter('');
    },
    watch(inside) {
      const ends = [endpoints.watch(), ...(inside ? [sent.watch()] : [])];
      return () => {
        for (const end of ends) end();
      };
    },
    refresh() {
      endpoints.refresh();
      sent.refresh();
    },
  };
}

/** Whether an event tells that something is different with webhooks, or with this one. */
function isAbout({ kind, data }: DidarEvent, webhook?: string): boolean {
  const { payload, kind: work } = (data.job ?? {}) as Partial<Job>;
  if (kind.startsWith('webhook.')) {
    return webhook === undefined || (data.webhook as { id?: unknown } | undefined)?.id === webhook;
  }
  if (kind !== 'job.changed' || work !== 'deliver_webhook') return false;
  return webhook === undefined || payload?.webhook === webhook;
}

const trouble = ({ enabled, failing }: WebhookEndpoint) => (enabled ? (failing ? 0 : 1) : 2);

export const WEBHOOK_ORDERS = [
  { id: 'name', label: 'name', compare: (a, b) => text(a.name, b.name) },
  { id: 'url', label: 'URL', compare: (a, b) => text(a.url, b.url) },
  { id: 'kinds', label: 'events', compare: (a, b) => text(a.kinds.join(), b.kinds.join()) },
  { id: 'state', label: 'state, what fails first', compare: (a, b) => trouble(a) - trouble(b) },
  { id: 'waiting', label: 'waiting, most first', compare: (a, b) => b.pending - a.pending },
  { id: 'dead', label: 'given up, most first', compare: (a, b) => b.dead - a.dead },
  {
    id: 'last',
    label: 'last delivery, longest ago first',
    compare: (a, b) => oldest(a.lastDeliveredAt ?? '0', b.lastDeliveredAt ?? '0'),
  },
] as const satisfies readonly Order<WebhookEndpoint>[];

const STATES: readonly WebhookDelivery['state'][] = ['dead', 'pending', 'delivered'];

export const DELIVERY_ORDERS = [
  { id: 'age', label: 'made, newest first', compare: (a, b) => b.event - a.event },
  {
    id: 'state',
    label: 'state, given up first',
    compare: (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || b.event - a.event,
  },
  { id: 'kind', label: 'event', compare: (a, b) => text(a.kind, b.kind) || b.event - a.event },
  {
    id: 'about',
    label: 'what it is about',
    compare: (a, b) => text(a.object, b.object) || b.event - a.event,
  },
  { id: 'tries', label: 'tries, most first', compare: (a, b) => b.attempts - a.attempts },
  { id: 'status', label: 'HTTP status, highest first', compare: (a, b) => (b.status ?? 0) - (a.status ?? 0) },
  {
    id: 'error',
    label: 'error',
    compare: (a, b) => text(a.error?.message ?? '~', b.error?.message ?? '~'),
  },
] as const satisfies readonly Order<WebhookDelivery>[];
