import { samePermissions } from '../../access/permissions.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { Denials } from '../denials/denials.ts';
import type { Grants } from '../denials/grants.ts';
import type { Participant } from './model.ts';

export interface KeepOutDeps {
  readonly denials: Pick<Denials, 'denied'>;
  readonly grants: Pick<Grants, 'of'>;
  readonly livekit: Pick<LiveKitApi, 'removeParticipant' | 'updateParticipant'>;
  readonly log: Logger;
}

/**
 * Makes the check of someone who is seen in a room. Clients can get past the gate (an external livekit, `livekit.bind:
 * 0.0.0.0`), or hold a token from before their rights were changed: who is denied is removed, and who has a grant
 * gets what it says. What fails is tried again when they are seen again.
 */
export function createKeepOut(
  deps: KeepOutDeps,
): (roomId: string, participant: Participant, removed: () => void) => void {
  const { denials, grants, livekit, log } = deps;
  const underWay = new Set<string>();

  async function once(sid: string, what: string, run: () => Promise<unknown>): Promise<void> {
    if (underWay.has(sid)) return;
    underWay.add(sid);
    try {
      await run();
    } catch (error) {
      if (error instanceof DomainError && error.code === 'participant_not_found') return;
      log.warn(what, { error: messageOf(error) });
    } finally {
      underWay.delete(sid);
    }
  }

  return (roomId, { room, identity, sid, permissions }, removed) => {
    if (denials.denied(roomId, identity)) {
      void once(sid, 'someone who is kept out could not be removed', async () => {
        await livekit.removeParticipant(room, identity);
        removed();
      });
      return;
    }
    const grant = grants.of(roomId, identity);
    if (grant && !samePermissions(grant, permissions)) {
      void once(sid, "someone's permissions could not be set", () =>
        livekit.updateParticipant(room, identity, { permissions: grant }),
      );
    }
  };
}
