import { DomainError } from '../../../lib/errors.ts';
import { type Check, failedBy, ok, skipped } from '../../check.ts';

/** The row of the table of known troubles that each of the preflight's codes belongs to. */
const TROUBLES: Readonly<Record<string, string>> = {
  egress_local_path: 'recording-local-path',
  egress_no_redis: 'no-redis-for-egress',
  egress_redis_unreachable: 'redis',
  egress_no_worker: 'no-egress-worker',
  egress_worker_busy: 'egress-cpu',
  egress_not_permitted: 'no-record-grant',
};

/** Rows 24 to 26: a recording by egress would begin, and its file would come here. */
export const egressCheck: Check = {
  id: 'recording.egress',
  title: 'An egress worker is there to record',
  async run({ config, running }) {
    if (config.recording.backend !== 'egress')
      return skipped('recording.backend is builtin: none is needed.');
    if (running === undefined) return skipped('No didar runs here.');
    try {
      return ok(await running.checkEgress());
    } catch (error) {
      const trouble = error instanceof DomainError ? TROUBLES[error.code] : undefined;
      return failedBy(error, { key: 'recording.backend', ...(trouble && { trouble }) });
    }
  },
};
