import type { JoinClaims } from '../../livekit/tokens/join-token.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import type { Admission } from '../../network/front/contract.ts';
import type { Denials } from '../denials/denials.ts';
import type { LiveState } from '../live/live-state.ts';
import type { StandingOf } from '../rooms/standing.ts';
import type { Addresses } from './addresses.ts';
import { isGuest } from './identity.ts';

interface GuardedRoom {
  readonly id: string;
  readonly access: 'public' | 'members' | 'private';
  readonly state: 'open' | 'closed';
  readonly locked: boolean;
}

export interface GateDeps {
  readonly verifyJoinToken: (token: string) => JoinClaims | undefined;
  readonly denials: Pick<Denials, 'denied'>;
  readonly live: Pick<LiveState, 'participant'>;
  readonly rooms: {
    byName(name: string): GuardedRoom | undefined;
  };
  readonly standingOf: StandingOf;
  readonly addresses: Addresses;
  /** The server is about to stop: nobody new, but who is in may reconnect. */
  readonly draining: () => boolean;
}

/**
 * Decides whether a signalling request may reach livekit. A join token stays valid until it expires, whatever
 * happened since: so the door looks at the rooms, members, accounts and denials of now.
 */
export function createGate(deps: GateDeps): (token: string | undefined, client: ClientInfo) => Admission {
  const { verifyJoinToken, denials, live, rooms, standingOf, addresses, draining } = deps;

  return (token, client) => {
    const claims = token === undefined ? undefined : verifyJoinToken(token);
    if (!claims) return no(401, 'join_token_invalid', 'This needs a join token that is valid now.');
    const { room: name, identity } = claims;
    const room = rooms.byName(name);
    if (!room) return no(404, 'room_not_found', `There is no room named "${name}".`);
    const standing = standingOf(room.id, identity);
    if (standing?.ended) return no(403, 'user_disabled', 'This account is disabled.');
    const role = standing?.role ?? claims.role;
    const present = live.participant(name, identity) !== undefined;
    const address = client.transport === 'tcp' ? client.address : undefined;
    // Other guests behind the same address who are in already stay in; who has an account is known without it.
    const judged = isGuest(identity) && !present ? address : undefined;
    if (denials.denied(room.id, identity, judged)) {
      return no(403, 'join_denied', `You were removed from "${name}" and may not come back yet.`);
    }
    if (room.state === 'closed') return no(403, 'room_closed', `"${name}" is closed.`);
    if (!present && room.access !== 'public' && standing && !standing.member && !standing.admin) {
      return no(403, 'join_not_allowed', `Only members may join "${name}".`);
    }
    if (!present && room.locked && role !== 'owner' && role !== 'moderator') {
      return no(403, 'room_locked', `"${name}" is locked: nobody new comes in.`);
    }
    if (!present && draining()) return no(503, 'server_draining', 'This server is about to stop.');
    if (address !== undefined) addresses.set(name, identity, address);
    return { ok: true, identity, room: name };
  };
}

function no(status: number, code: string, message: string): Admission {
  return { ok: false, status, code, message };
}
