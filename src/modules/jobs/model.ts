import { type Static, t } from 'elysia';
import { oneOf, PageQuery, page, Timestamp } from '../../lib/schema.ts';

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

export const Job = t.Object({
  id: t.String(),
  kind: t.String(),
  state: oneOf(JOB_STATES),
  payload: t.Record(t.String(), t.Unknown()),
  attempts: t.Integer(),
  maxAttempts: t.Integer(),
  /** Not before. */
  runAt: Timestamp,
  startedAt: t.Nullable(Timestamp),
  finishedAt: t.Nullable(Timestamp),
  /** 0 to 1. */
  progress: t.Number(),
  error: t.Nullable(t.Object({ code: t.String(), message: t.String(), fix: t.Optional(t.String()) })),
  createdAt: Timestamp,
});
export type Job = Static<typeof Job>;
export const JobPage = page(Job);
export const JobQuery = t.Composite([
  PageQuery,
  t.Object({ state: t.Optional(oneOf(JOB_STATES)), kind: t.Optional(t.String({ maxLength: 60 })) }),
]);
