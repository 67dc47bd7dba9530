import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { Recordings } from './recordings.ts';
import type { RecordingRepo } from './repo.ts';

const LOOK_EVERY_MS = 3_600_000;

export interface RetentionDeps {
  readonly repo: Pick<RecordingRepo, 'finishedBefore'>;
  readonly recordings: Pick<Recordings, 'remove'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds after the end of a recording; undefined keeps it for ever. */
  readonly keep: number | undefined;
}

/** Deletes recordings whose time is over: now, and every hour until the returned function is called. */
export function createRetention({ repo, recordings, clock, log, keep }: RetentionDeps): () => () => void {
  if (keep === undefined) return () => () => undefined;

  async function sweep(limit: number): Promise<void> {
    for (const row of repo.finishedBefore(limit)) {
      try {
        await recordings.remove(row, 'server');
        log.info('a recording was deleted after its time', { recording: row.id, room: row.roomName });
      } catch (error) {
        log.error('a recording could not be deleted', { recording: row.id, error: messageOf(error) });
      }
    }
  }

  return () => {
    void sweep(clock.now() - keep);
    return clock.every(LOOK_EVERY_MS, () => void sweep(clock.now() - keep));
  };
}
