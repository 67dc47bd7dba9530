import { type Static, t } from 'elysia';
import { oneOf } from '../../lib/schema.ts';

export const Finding = t.Object({
  /** Stable: `network.node-ip`. */
  id: t.String(),
  title: t.String(),
  /** `skipped`: does not apply here; evidence says why. */
  state: oneOf(['ok', 'warning', 'failed', 'skipped']),
  /** What was looked at and seen. */
  evidence: t.String(),
  /** What to do; null when nothing is to be done. */
  fix: t.Nullable(t.String()),
  /** The configuration key that it is about. */
  key: t.Nullable(t.String()),
  /** The row of the table of known troubles. */
  trouble: t.Nullable(t.String()),
  ms: t.Number(),
});
export type Finding = Static<typeof Finding>;

export const Diagnosis = t.Object({ findings: t.Array(Finding) });
export type Diagnosis = Static<typeof Diagnosis>;
