import { DomainError } from '../../lib/errors.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { LiveControl } from '../live/control.ts';

export interface PutOutDeps {
  readonly livekit: Pick<LiveKitApi, 'removeParticipant'>;
  readonly live: Pick<LiveControl, 'removed'>;
  /** Ends the signalling connections of an identity in a room. */
  readonly drop: (room: string, identity: string) => void;
}

/**
 * Makes the removal of someone from a room: their media, their signalling, their place in the state. That LiveKit
 * has no such participant is as good. Rejects when LiveKit can't be asked; the signalling is cut all the same.
 */
export function createPutOut({ livekit, live, drop }: PutOutDeps) {
  return async (room: string, identity: string, reason: string): Promise<void> => {
    try {
      await livekit.removeParticipant(room, identity);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'participant_not_found')) throw error;
    } finally {
      drop(room, identity);
    }
    live.removed(room, identity, reason);
  };
}

export type PutOut = ReturnType<typeof createPutOut>;
