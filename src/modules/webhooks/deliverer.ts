import type { Job, JobKind } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { EventRecorder } from '../events/events.ts';
import type { DeliveryRow, WebhookRepo, WebhookRow } from './repo.ts';
import type { Secrets } from './secrets.ts';
import { GONE, type Send } from './send.ts';
import { showWebhook } from './show-webhook.ts';

/** The kind of job that sends, one after another, all that waits for a webhook about one object. */
export const DELIVER = 'deliver_webhook';

const CONCURRENCY = 128;
/** Of one webhook: one that lets us wait for its answers takes no places away from the others. */
const OF_ONE_WEBHOOK = 8;
/** Whoever asks to be left alone is left alone for so long at most. */
const LONGEST_WAIT_MS = 3_600_000;
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
  /** Told after a webhook was switched off, since it is gone. */
  readonly onSwitchedOff: () => void;
}

/** Sends what the outbox holds: in order for one object, side by side for several. */
export function createDeliverer(deps: DelivererDeps) {
  const { repo, secrets, send, jobs, events, clock, log } = deps;
  /** When those that asked to be left alone may be asked again. */
  const leftAlone = new Map<string, number>();

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
  async function deliver(delivery: DeliveryRow, webhook: WebhookRow, signal: AbortSignal): Promise<void> {
    const { id, body } = delivery;
    const attempts = delivery.attempts + 1;
    try {
      const secret = secrets.open(webhook.id, webhook.secret);
      const status = await send({ id, url: webhook.url, secret, body }, signal);
      finish(delivery, { state: 'delivered', attempts, status, error: null });
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      failed({ ...delivery, attempts, status: statusOf(thrown) }, webhook, thrown);
    }
  }

  function failed(delivery: DeliveryRow, webhook: WebhookRow, thrown: unknown): void {
    const { attempts, status } = delivery;
    const error = describe(thrown);
    repo.setDelivery(delivery.id, { attempts, status, error });
    if (status === GONE) {
      switchOff(webhook.id);
      return;
    }
    const wait = waitOf(thrown);
    if (wait !== undefined) leftAlone.set(webhook.id, clock.now() + wait);
    if (clock.now() < delivery.expiresAt) throw thrown;
    giveUp(delivery, error);
  }

  /** It wants nothing any more. What waits stays, for the case that someone switches it on again. */
  function switchOff(id: string): void {
    events.inTransaction(() => {
      const row = repo.get(id);
      if (!row?.enabled) return;
      const before = showWebhook(row, repo);
      const after = showWebhook({ ...row, enabled: false, goneAt: clock.now() }, repo);
      repo.update(id, { enabled: false, goneAt: clock.now() });
      const told = { before, after, data: { webhook: after } };
      events.record({ kind: 'webhook.changed', actor: 'server', outcome: 'failed', ...told });
    });
    log.warn('a webhook was switched off, since its receiver is gone', { webhook: id });
    deps.onSwitchedOff();
  }

  /** Throws while the receiver wants to be left alone: an attempt would count against it, and against us. */
  function assertWanted(webhook: string): void {
    const wait = (leftAlone.get(webhook) ?? 0) - clock.now();
    // Longer than anyone is left alone: the clock was set back since.
    if (wait <= 0 || wait > LONGEST_WAIT_MS) leftAlone.delete(webhook);
    else throw leaveAlone(wait);
  }

  const how: JobKind = {
    concurrency: CONCURRENCY,
    lanes: { by: 'webhook', width: OF_ONE_WEBHOOK },
    backoff: BACKOFF,
    pauseAfter: waitOf,
    keepDone: false,
    async handler(job, { signal }) {
      const { webhook: id, object } = placeOf(job);
      for (;;) {
        signal.throwIfAborted();
        const webhook = repo.get(id);
        // One that is switched off keeps what it has until it is on again.
        const next = webhook?.enabled ? repo.next(id, object) : undefined;
        if (!webhook || !next) return;
        assertWanted(id);
        await deliver(next, webhook, signal);
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

function leaveAlone(retryAfterMs: number): DomainError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new DomainError('webhook_refused', `The receiver asked to be left alone for ${seconds} s more.`, {
    fix: 'Nothing is to be done: it is tried again then.',
    details: { retryAfterMs },
  });
}

/** For how many milliseconds the receiver asked to be left alone, within reason. */
function waitOf(thrown: unknown): number | undefined {
  const wait = thrown instanceof DomainError ? thrown.details?.retryAfterMs : undefined;
  return typeof wait === 'number' ? Math.min(wait, LONGEST_WAIT_MS) : undefined;
}

/** What went wrong, in the words of the API. */
export function describe(thrown: unknown): NonNullable<DeliveryRow['error']> {
  if (!(thrown instanceof DomainError)) return { code: 'internal', message: messageOf(thrown) };
  const { code, message, fix } = thrown;
  return { code, message, ...(fix !== undefined && { fix }) };
}
