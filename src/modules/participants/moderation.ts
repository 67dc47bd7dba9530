import { authorize, type RoomFacts } from '../../access/decide.ts';
import type { Permissions } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { Denials } from '../denials/denials.ts';
import type { Grants } from '../denials/grants.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Live } from '../live/live.ts';
import type { Addresses } from './addresses.ts';
import type { Participant } from './model.ts';

/** What moderation needs to know of a room's row. */
export interface ModeratedRoom {
  readonly id: string;
  readonly name: string;
  readonly permissions: Permissions;
}

export interface ModerationDeps {
  readonly live: Live;
  readonly livekit: LiveKitApi;
  readonly denials: Denials;
  readonly grants: Grants;
  readonly events: EventRecorder;
  readonly addresses: Addresses;
  readonly log: Logger;
  /** Throws `room_not_found` for a room that the principal can't know of. */
  readonly visible: (
    principal: Principal,
    room: string,
  ) => { readonly row: ModeratedRoom; readonly facts: RoomFacts };
  /** Ends the signalling connections of an identity in a room. */
  readonly drop: (room: string, identity: string) => void;
}

/** Who is to be moderated, and where, once it is sure that the principal may. */
export function createFinder({ visible, live, log }: Pick<ModerationDeps, 'visible' | 'live' | 'log'>) {
  function moderated(principal: Principal, name: string): ModeratedRoom {
    const { row, facts } = visible(principal, name);
    authorize(principal, 'room.moderate', facts);
    return row;
  }

  /** Someone whose media isn't connected yet is told by LiveKit's list alone, so it is asked before saying no. */
  async function look(room: string, identity: string): Promise<Participant | undefined> {
    const known = live.participant(room, identity);
    if (known) return known;
    try {
      await live.look(room);
    } catch (error) {
      log.debug('livekit could not be asked about a room', { room, error: messageOf(error) });
    }
    return live.participant(room, identity);
  }

  async function present(room: string, identity: string): Promise<Participant> {
    const participant = await look(room, identity);
    if (!participant) throw notPresent(room, identity);
    return participant;
  }

  return { moderated, look, present };
}

export type Finder = ReturnType<typeof createFinder>;

function notPresent(room: string, identity: string): DomainError {
  return new DomainError('participant_not_found', `"${identity}" is not in "${room}".`, {
    fix: 'They may have left; GET /api/room/:name/participants lists who is in.',
  });
}
