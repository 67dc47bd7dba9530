import type { BackupFile, BackupStatus } from '../../src/modules/backups/model.ts';
import type { Job, JobQuery } from '../../src/modules/jobs/model.ts';
import type {
  PingResult,
  WebhookCreate,
  WebhookCreated,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookPatch,
} from '../../src/modules/webhooks/model.ts';
import { all } from './pages.ts';
import { type createTreaty, dataOf, inPath } from './treaty.ts';

/** As many of a kind as are shown: a queue may hold ten thousand. */
const MOST = 500;

export interface Backups {
  readonly status: BackupStatus;
  readonly files: readonly BackupFile[];
}

/** What a server does without anybody in a meeting: its routes for admins. Every call throws `ApiError`. */
export interface BackgroundApi {
  /** What runs, waits or failed, and the newest of the rest. */
  jobs(): Promise<Job[]>;
  retryJob(id: string): Promise<Job>;
  cancelJob(id: string): Promise<Job>;
  webhooks(): Promise<WebhookEndpoint[]>;
  /** The answer carries the secret, this once. */
  createWebhook(wanted: WebhookCreate): Promise<WebhookCreated>;
  changeWebhook(id: string, change: WebhookPatch): Promise<WebhookEndpoint>;
  replaceSecret(id: string): Promise<WebhookCreated>;
  /** Sends a test message; how it went is the answer, also where it went badly. */
  pingWebhook(id: string): Promise<PingResult>;
  deleteWebhook(id: string): Promise<void>;
  /** What waits or was given up, and the newest of the rest. */
  deliveries(webhook: string): Promise<WebhookDelivery[]>;
  /** Delivers one again, or all that were given up; answers how many. */
  redeliver(webhook: string, delivery?: string): Promise<number>;
  backups(): Promise<Backups>;
  /** Has one made by the queue. */
  backUp(): Promise<Job>;
}

export function createBackgroundApi({ api }: ReturnType<typeof createTreaty>): BackgroundApi {
  const job = (id: string) => api.job({ id: inPath(id) });
  const webhook = (id: string) => api.webhook({ id: inPath(id) });
  const jobsOf = (query: Pick<typeof JobQuery.static, 'state'>) =>
    dataOf(api.job.get({ query: { limit: MOST, ...query } }));
  const deliveriesOf = (id: string, query: { state?: WebhookDelivery['state'] }) =>
    dataOf(webhook(id).deliveries.get({ query: { limit: MOST, ...query } }));

  return {
    async jobs() {
      const pages = await Promise.all([
        ...(['running', 'queued', 'failed'] as const).map((state) => jobsOf({ state })),
        jobsOf({}),
      ]);
      return once(pages.flatMap(({ items }) => items));
    },
    retryJob: (id) => dataOf(job(id).retry.post()),
    cancelJob: (id) => dataOf(job(id).cancel.post()),
    webhooks: () => all((query) => api.webhook.get({ query })),
    createWebhook: (wanted) => dataOf(api.webhook.post(wanted)),
    changeWebhook: (id, change) => dataOf(webhook(id).patch(change)),
    replaceSecret: (id) => dataOf(webhook(id).secret.post()),
    pingWebhook: (id) => dataOf(webhook(id).ping.post()),
    deleteWebhook: async (id) => void (await dataOf(webhook(id).delete())),
    async deliveries(id) {
      const pages = await Promise.all([
        ...(['pending', 'dead'] as const).map((state) => deliveriesOf(id, { state })),
        deliveriesOf(id, {}),
      ]);
      return once(pages.flatMap(({ items }) => items));
    },
    async redeliver(id, delivery) {
      const asked =
        delivery === undefined
          ? webhook(id).redeliver.post()
          : webhook(id)
              .deliveries({ delivery: inPath(delivery) })
              .redeliver.post();
      return (await dataOf(asked)).redelivered;
    },
    async backups() {
      const [status, files] = await Promise.all([
        dataOf(api.system.backup.get()),
        all((query) => api.system.backup.files.get({ query })),
      ]);
      return { status, files };
    },
    backUp: () => dataOf(api.system.backup.job.post()),
  };
}

/** Each item as it was told last. */
function once<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
