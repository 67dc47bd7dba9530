import { authorize, type RoomFacts } from '../../access/decide.ts';
import type { Principal, RoomRole } from '../../access/principal.ts';
import type { Lowered, RoomRoles } from '../../access/roles.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { Denials } from '../denials/denials.ts';
import type { Grants } from '../denials/grants.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Live } from '../live/live.ts';
import type { Room } from '../rooms/model.ts';
import type { ToldOfRoom } from '../rooms/service.ts';
import type { StandingOf } from '../rooms/standing.ts';
import type { Addresses } from './addresses.ts';
import type { Entitlements } from './entitlement.ts';
import type { Participant } from './model.ts';
import type { PutOut } from './put-out.ts';

/** What moderation needs to know of a room's row. */
export interface ModeratedRoom extends RoomRoles {
  readonly id: string;
  readonly name: string;
  readonly access: 'public' | 'members' | 'private';
  readonly state: 'open' | 'closed';
}

export interface ModerationDeps {
  readonly live: Live;
  readonly livekit: LiveKitApi;
  readonly denials: Denials;
  readonly grants: Grants;
  readonly events: EventRecorder;
  readonly addresses: Addresses;
  readonly clock: Clock;
  readonly log: Logger;
  /** Throws `room_not_found` for a room that the principal can't know of. */
  readonly visible: (
    principal: Principal,
    room: string,
  ) => { readonly row: ModeratedRoom; readonly facts: RoomFacts };
  readonly standingOf: StandingOf;
  readonly entitlements: Entitlements;
  readonly putOut: PutOut;
  /** Stores what is left to everyone but moderators, tells it, and brings those who are in the room in line. */
  readonly setLowered: (room: ModeratedRoom, lowered: Lowered | null, told: ToldOfRoom) => Promise<Room>;
  /** Ends the signalling connections of an identity in a room. */
  readonly drop: (room: string, identity: string) => void;
}

/** Who is to be moderated, and where, once it is sure that the principal may. */
export function createFinder(deps: Pick<ModerationDeps, 'visible' | 'live' | 'log' | 'standingOf'>) {
  const { visible, live, log, standingOf } = deps;

  /** With an identity, that is whom something is done to: nobody acts on who ranks above them. */
  function moderated(principal: Principal, name: string, identity?: string): ModeratedRoom {
    const { row, facts } = visible(principal, name);
    const over = identity === undefined ? undefined : roleIn(row, identity);
    authorize(principal, 'room.moderate', { ...facts, over });
    return row;
  }

  function roleIn(room: ModeratedRoom, identity: string): RoomRole {
    return standingOf(room.id, identity)?.role ?? live.participant(room.name, identity)?.role ?? 'guest';
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

  return { moderated, roleIn, look, present };
}

export type Finder = ReturnType<typeof createFinder>;

function notPresent(room: string, identity: string): DomainError {
  return new DomainError('participant_not_found', `"${identity}" is not in "${room}".`, {
    fix: 'They may have left; GET /api/room/:name/participants lists who is in.',
  });
}
