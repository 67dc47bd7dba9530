import type { Database } from '../db/open.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { Tracer } from '../lib/tracing/tracer.ts';
import type { Events } from '../modules/events/service.ts';
import { showJob } from '../modules/jobs/show-job.ts';
import { DELIVER } from '../modules/webhooks/deliverer.ts';

export interface JobQueueDeps {
  readonly db: Database;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
}

/** The durable queue, whose changes are events. */
export function createJobQueue({ db, events, clock, log, tracer }: JobQueueDeps): Jobs {
  return createJobs({
    db,
    clock,
    log,
    random: Math.random,
    tracer,
    inTransaction: events.inTransaction,
    onChange(changed, actor, before) {
      const job = showJob(changed);
      // A new job of the server's own is no act of anybody.
      const states =
        before || actor !== 'server' ? { before: before && showJob(before), after: job } : undefined;
      const event = { kind: 'job.changed', actor, data: { job }, ...states } as const;
      // Deliveries are on record themselves, and to store that an event is delivered would make events without end.
      // What somebody does to one is an act like any other.
      if (job.kind === DELIVER && actor === 'server') events.publish(event);
      else events.record(event);
    },
    onProgress: (job) =>
      events.publish({ kind: 'job.changed', actor: 'server', data: { job: showJob(job) } }),
  });
}
