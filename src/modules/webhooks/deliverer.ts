import type { Job, JobKind } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { EventRecorder } from '../events/events.ts';
import type { DeliveryRow, WebhookRepo } from './repo.ts';
import type { Secrets } from './secrets.ts';
import type { Send } from './send.ts';

/** The kind of job that sends, one after another, all that waits for a webhook about one object. */
export const DELIVER = 'deliver_webhook';

const CONCURRENCY = 16;
/** 5 s, 10 s, 20 s and so on up to an hour, half of each by chance; over a day some 35 attempts. */
const BACKOFF = { firstMs: 5_000, longestMs: 3_600_000 };
/** What ends a delivery is its age: a job goes on for as long as there is something to deliver. */
const MAX_ATTEMPTS = 100_000;
/** The queue is for others too: of one webhook not more than so many objects are in it at once. */
const MAX_OBJECTS = 500;
const SWEEP_EVERY_MS = 60_000;

export interface DelivererDeps {
  readonly repo: WebhookRepo;
  readonly secrets: Secrets;
  readonly send: Send;
  readonly jobs: Jobs;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Sends what the outbox holds: in order for one object, side by side for several. */
export function createDeliverer({ repo, secrets, send, jobs, events, clock, log }: DelivererDeps) {
  function finish(delivery: DeliveryRow, change: Partial<DeliveryRow>): void {
    repo.setDelivery(delivery.id, { ...change, finishedAt: clock.now() });
  }

  function giveUp(delivery: DeliveryRow, error: DeliveryRow['error']): void {
    const { id, webhookId, kind, eventId } = delivery;
    events.inTransaction(() => {
      finish(delivery, { state: 'dead', error });
      const webhook = { id: webhookId, name: repo.get(webhookId)?.name };
      const data = { webhook, delivery: id, about: kind, event: eventId, error };
      events.record({ kind: 'webhook.failed', actor: 'server', outcome: 'failed', data });
    });
    log.warn('a webhook delivery was given up', { webhook: webhookId, delivery: id, error: error?.message });
  }

  /** Throws when it has to be tried again. */
  async function deliver(delivery: DeliveryRow, signal: AbortSignal): Promise<void> {
    const { id, webhookId, body } = delivery;
    const webhook = repo.get(webhookId);
    if (!webhook) return;
    const attempts = delivery.attempts + 1;
    try {
      const secret = secrets.open(webhookId, webhook.secret);
      const status = await send({ id, url: webhook.url, secret, body }, signal);
      finish(delivery, { state: 'delivered', attempts, status, error: null });
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const error = describe(thrown);
      const change = { attempts, status: statusOf(thrown), error };
      repo.setDelivery(id, change);
      if (clock.now() < delivery.expiresAt) throw thrown;
      giveUp({ ...delivery, ...change }, error);
    }
  }

  const how: JobKind = {
    concurrency: CONCURRENCY,
    backoff: BACKOFF,
    keepDone: false,
    async handler(job, { signal }) {
      const { webhook, object } = placeOf(job);
      for (;;) {
        signal.throwIfAborted();
        // One that is switched off keeps what it has until it is on again.
        const next = repo.get(webhook)?.enabled ? repo.next(webhook, object) : undefined;
        if (!next) return;
        await deliver(next, signal);
      }
    },
    /** Cancelled by hand: what it was about to send is not wanted. What follows goes out with the next sweep. */
    onGivenUp(job) {
      const { webhook, object } = placeOf(job);
      const next = repo.next(webhook, object);
      if (next) giveUp(next, job.error ?? { code: 'cancelled', message: 'The job was cancelled.' });
    },
  };
  jobs.register(DELIVER, how);

  function queue(webhook: string, object: string): void {
    try {
      jobs.add(
        DELIVER,
        { webhook, object },
        { uniqueKey: `${DELIVER}:${webhook}:${object}`, maxAttempts: MAX_ATTEMPTS },
      );
    } catch (error) {
      // The delivery is put down; a later sweep finds it.
      log.warn('a webhook delivery has to wait for a place in the queue', { webhook, error });
    }
  }

  /** What waits without a job gets one: after a full queue, a cancelled job, or a webhook that was switched on. */
  function sweep(): void {
    for (const { id, enabled } of repo.all()) {
      if (enabled) for (const object of repo.waitingObjects(id, MAX_OBJECTS)) queue(id, object);
    }
  }

  return {
    queue,
    sweep,
    /** Sweeps now and every minute, until the returned function is called. */
    start(): () => void {
      sweep();
      return clock.every(SWEEP_EVERY_MS, sweep);
    },
  };
}

export type Deliverer = ReturnType<typeof createDeliverer>;

function placeOf({ payload }: Job): { readonly webhook: string; readonly object: string } {
  return { webhook: String(payload.webhook), object: String(payload.object) };
}

function statusOf(thrown: unknown): number | null {
  const status = thrown instanceof DomainError ? thrown.details?.status : undefined;
  return typeof status === 'number' ? status : null;
}

/** What went wrong, in the words of the API. */
export function describe(thrown: unknown): NonNullable<DeliveryRow['error']> {
  if (!(thrown instanceof DomainError)) return { code: 'internal', message: messageOf(thrown) };
  const { code, message, fix } = thrown;
  return { code, message, ...(fix !== undefined && { fix }) };
}
