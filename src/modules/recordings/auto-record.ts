import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { ACTIVE_STATES } from '../../recording/states.ts';
import type { Events } from '../events/service.ts';
import type { LiveState } from '../live/live-state.ts';
import { causeOf } from './active-recording.ts';
import type { RecordedRoom } from './backends/backend.ts';
import type { Recordings } from './recordings.ts';
import type { RecordingRepo } from './repo.ts';

/** Who starts them, as `startedBy` tells. */
const STARTED_BY = 'room';
/** What goes wrong is tried again with the next change in the room, and not more often than this. */
const AGAIN_AFTER_MS = 60_000;
/** What would be so again in the same meeting. */
const FINAL_CAUSES: ReadonlySet<string> = new Set(['recording_too_long', 'room_encrypted']);

export interface AutoRecordDeps {
  readonly subscribe: Events['subscribe'];
  readonly live: LiveState;
  readonly byName: (name: string) => (RecordedRoom & { readonly autoRecord: boolean }) | undefined;
  readonly repo: Pick<RecordingRepo, 'newestIn'>;
  readonly recordings: Pick<Recordings, 'startIn' | 'tellNotStarted'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Records rooms that are to be recorded by themselves, from the first person on, until the returned function is
 * called. Whoever stops such a recording has stopped it for this meeting.
 */
export function createAutoRecord(deps: AutoRecordDeps): () => () => void {
  const { live, byName, repo, recordings, clock, log } = deps;
  const starting = new Set<string>();

  function isWanted(name: string): boolean {
    const session = live.room(name);
    if (!session || live.counts(name).participants === 0) return false;
    const before = repo.newestIn(name);
    if (!before) return true;
    if (ACTIVE_STATES.includes(before.state)) return false;
    if (before.stoppedAt === null || before.stoppedAt < session.startedAt) return true;
    if (before.stoppedBy !== null || FINAL_CAUSES.has(before.cause?.code ?? '')) return false;
    return before.cause === null || clock.now() - before.stoppedAt > AGAIN_AFTER_MS;
  }

  async function start(room: RecordedRoom): Promise<void> {
    try {
      await recordings.startIn(room, STARTED_BY, {});
    } catch (error) {
      log.error('a room that is to be recorded is not', { room: room.name, error: messageOf(error) });
      // Everyone may have left again meanwhile, or someone was faster.
      const cause = causeOf(error);
      if (cause.code !== 'room_not_live' && cause.code !== 'recording_running')
        recordings.tellNotStarted(room, STARTED_BY, cause);
    } finally {
      starting.delete(room.name);
    }
  }

  function look(name: string): void {
    const room = byName(name);
    if (!room?.autoRecord || starting.has(name) || !isWanted(name)) return;
    starting.add(name);
    void start(room);
  }

  return () =>
    deps.subscribe(({ kind, room }) => {
      if (room !== null && (kind.startsWith('participant.') || kind === 'room.changed')) look(room);
    });
}
