import type { Config, Secrets } from '../config/config.ts';
import type { Database } from '../db/open.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Events } from '../modules/events/service.ts';
import { createPost } from '../modules/webhooks/post.ts';
import { createWebhookRepo } from '../modules/webhooks/repo.ts';
import { createSend } from '../modules/webhooks/send.ts';
import { createTarget } from '../modules/webhooks/target.ts';
import { createWebhooks, type Webhooks } from '../modules/webhooks/webhooks.ts';

export interface OutboundWebhooksDeps {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly version: string;
  readonly db: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What tells other programs of events, put together. */
export function outboundWebhooks(deps: OutboundWebhooksDeps): Webhooks {
  const { config, secrets, version, db, events, jobs, clock, log } = deps;
  const findTarget = createTarget(config.webhooks);
  const send = createSend({ findTarget, post: createPost({ clock }), clock, version });
  const repo = createWebhookRepo(db);
  return createWebhooks({ repo, events, jobs, send, serverKey: secrets.tokenKey, clock, log });
}
