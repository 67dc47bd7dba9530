import type { BackupFile, BackupStatus } from '../../src/modules/backups/model.ts';
import type { EventKind } from '../../src/modules/events/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { PingResult, WebhookDelivery, WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import { fakeJob, fakeWebhook } from './fake-world.ts';

export interface FakeBackgroundOptions {
  readonly jobs?: readonly Job[];
  readonly webhooks?: readonly WebhookEndpoint[];
  readonly deliveries?: readonly WebhookDelivery[];
  readonly backups?: { readonly status: BackupStatus; readonly files: readonly BackupFile[] };
  /** What a ping comes to. */
  readonly ping?: PingResult;
  /** As a token without the scope admin is answered. */
  readonly managesNot?: boolean;
}

type Tell = (kind: EventKind, data: Record<string, unknown>) => void;

const NO_BACKUPS: BackupStatus = {
  state: 'off',
  every: null,
  dir: '/var/lib/didar/backups',
  toBucket: false,
  last: null,
  failure: null,
  next: null,
};

/** The routes of what a server does in the background; undefined for any other. */
export function fakeBackground(options: FakeBackgroundOptions, tell: Tell) {
  const jobs = new Map((options.jobs ?? []).map((job) => [job.id, job]));
  const webhooks = new Map((options.webhooks ?? []).map((webhook) => [webhook.id, webhook]));
  const deliveries = new Map((options.deliveries ?? []).map((delivery) => [delivery.id, delivery]));
  const page = (items: Iterable<unknown>) => Response.json({ items: [...items], next: null });

  function putJob(job: Job): Response {
    jobs.set(job.id, job);
    tell('job.changed', { job });
    return Response.json(job);
  }

  function putWebhook(webhook: WebhookEndpoint, secret?: string): Response {
    webhooks.set(webhook.id, webhook);
    tell('webhook.changed', { webhook });
    return Response.json(secret === undefined ? webhook : { ...webhook, secret });
  }

  function onJob(method: string, [id = '', act = '']: string[], state: string | null): Response {
    const job = jobs.get(id);
    if (method === 'GET')
      return page([...jobs.values()].filter((each) => state === null || each.state === state));
    if (!job) return missing(`there is no job ${id}`);
    return putJob(
      act === 'retry'
        ? { ...job, state: 'queued', attempts: 0, finishedAt: null }
        : { ...job, state: 'cancelled', finishedAt: new Date().toISOString() },
    );
  }

  function redeliver(webhook: WebhookEndpoint, ids: readonly string[]): Response {
    for (const id of ids) {
      const delivery = deliveries.get(id);
      if (delivery) deliveries.set(id, { ...delivery, state: 'pending', attempts: 0, error: null });
    }
    const mine = [...deliveries.values()].filter((each) => each.webhook === webhook.id);
    const count = (state: WebhookDelivery['state']) => mine.filter((each) => each.state === state).length;
    putWebhook({ ...webhook, dead: count('dead'), pending: count('pending') });
    return Response.json({ redelivered: ids.length });
  }

  function onWebhook(method: string, [id = '', act = '', delivery]: string[], body: object): Response {
    if (id === '' && method === 'GET') return page(webhooks.values());
    if (id === '') return putWebhook({ ...fakeWebhook('w_new', 'example.org'), ...body }, 'whsec_new');
    const webhook = webhooks.get(id);
    if (!webhook) return missing(`there is no webhook ${id}`);
    const mine = [...deliveries.values()].filter((each) => each.webhook === id);
    if (method === 'DELETE') {
      webhooks.delete(id);
      tell('webhook.deleted', { webhook });
      return new Response(null, { status: 204 });
    }
    if (act === 'secret') return putWebhook(webhook, 'whsec_other');
    if (act === 'ping') return Response.json(options.ping ?? { ok: true, status: 204, ms: 31, error: null });
    if (act === 'deliveries' && method === 'GET') return page(mine);
    if (act === 'deliveries') return redeliver(webhook, [delivery ?? '']);
    if (act === 'redeliver')
      return redeliver(
        webhook,
        mine.filter(({ state }) => state === 'dead').map((each) => each.id),
      );
    return putWebhook({ ...webhook, ...body });
  }

  return {
    putJob,
    putWebhook,
    answer(method: string, url: URL, body: object): Response | undefined {
      const [, , thing, ...rest] = url.pathname.split('/').map(decodeURIComponent);
      const isBackup = thing === 'system' && rest[0] === 'backup';
      if (thing !== 'job' && thing !== 'webhook' && !isBackup) return undefined;
      if (options.managesNot)
        return Response.json({ status: 403, code: 'forbidden', detail: 'not permitted' }, { status: 403 });
      if (thing === 'job') return onJob(method, rest, url.searchParams.get('state'));
      if (thing === 'webhook') return onWebhook(method, rest, body);
      if (rest[1] === 'files') return page(options.backups?.files ?? []);
      if (rest[1] === 'job') return putJob(fakeJob('j_backup', { kind: 'make_backup', payload: {} }));
      return Response.json(options.backups?.status ?? NO_BACKUPS);
    },
  };
}

function missing(detail: string): Response {
  return Response.json({ status: 404, code: 'not_found', detail }, { status: 404 });
}
