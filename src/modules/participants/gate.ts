import { passage, type Refusal } from '../../access/enter.ts';
import type { JoinClaims } from '../../livekit/tokens/join-token.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import type { Admission } from '../../network/front/contract.ts';
import type { Denials } from '../denials/denials.ts';
import type { LiveState } from '../live/live-state.ts';
import type { StandingOf } from '../rooms/standing.ts';
import type { DecisionOf } from '../waiting/model.ts';
import type { Addresses } from './addresses.ts';
import { isGuest } from './identity.ts';
import type { LoginMarks } from './login-marks.ts';

interface GuardedRoom {
  readonly id: string;
  readonly access: 'public' | 'members' | 'private';
  readonly state: 'open' | 'closed';
  readonly locked: boolean;
  readonly approval: boolean;
}

export interface GateDeps {
  readonly verifyJoinToken: (token: string) => JoinClaims | undefined;
  readonly denials: Pick<Denials, 'denied'>;
  readonly live: Pick<LiveState, 'participant'>;
  readonly rooms: {
    byName(name: string): GuardedRoom | undefined;
  };
  readonly standingOf: StandingOf;
  /** What a moderator said in this meeting to someone in the waiting room. */
  readonly decisionOf: DecisionOf;
  readonly addresses: Addresses;
  readonly guestsAllowed: boolean;
  readonly loginMarks: Pick<LoginMarks, 'set'>;
  readonly isLoginOpen: (userId: string, mark: string) => boolean;
  /** The server is about to stop: nobody new, but who is in may reconnect. */
  readonly draining: () => boolean;
}

/**
 * Decides whether a signalling request may reach livekit. A join token stays valid until it expires, whatever
 * happened since: so the door looks at the rooms, members, accounts and denials of now.
 */
export function createGate(deps: GateDeps): (token: string | undefined, client: ClientInfo) => Admission {
  const { verifyJoinToken, denials, live, rooms, standingOf, addresses, guestsAllowed, isLoginOpen } = deps;

  /** A program answers for whom it brings. */
  const guestMayCome = (room: GuardedRoom, { brought }: JoinClaims) =>
    brought === 'program' || (guestsAllowed && (room.access === 'public' || brought !== undefined));

  return (token, client) => {
    const claims = token === undefined ? undefined : verifyJoinToken(token);
    if (!claims) return no(401, 'join_token_invalid', 'This needs a join token that is valid now.');
    const { room: name, identity } = claims;
    const room = rooms.byName(name);
    if (!room) return no(404, 'room_not_found', `There is no room named "${name}".`);
    const standing = standingOf(room.id, identity);
    if (standing?.ended) return no(403, 'user_disabled', 'This account is disabled.');
    if (claims.login !== undefined && !isLoginOpen(identity, claims.login)) {
      return no(403, 'login_ended', 'This login has ended: log in again, and join again.');
    }
    const role = standing?.role ?? claims.role;
    const present = live.participant(name, identity) !== undefined;
    const address = client.transport === 'tcp' ? client.address : undefined;
    // Other guests behind the same address who are in already stay in; who has an account is known without it.
    const judged = isGuest(identity) && !present ? address : undefined;
    if (!present && room.access !== 'public' && standing && !standing.member && !standing.admin) {
      return no(403, 'join_not_allowed', `Only members may join "${name}".`);
    }
    if (!present && isGuest(identity) && !guestMayCome(room, claims)) {
      return no(403, 'guests_not_allowed', `Guests may not join "${name}".`);
    }
    const passed = passage(doorOf(room), role, {
      denied: denials.denied(room.id, identity, judged) !== undefined,
      // Who may record a locked room was asked when the recording began.
      present: present || claims.recorder === true,
      decision: deps.decisionOf(room.id, identity),
      // A join token is proof of it.
      password: 'right',
    });
    if (passed === 'wait') return no(403, 'join_not_admitted', `A moderator has to let you into "${name}".`);
    if (typeof passed !== 'string') return no(403, passed.refusal, WHY[passed.refusal]?.(name) ?? 'Not now.');
    if (!present && deps.draining()) return no(503, 'server_draining', 'This server is about to stop.');
    deps.loginMarks.set(name, identity, claims.login);
    if (address !== undefined) addresses.set(name, identity, address);
    return { ok: true, identity, room: name };
  };
}

const WHY: Partial<Record<Refusal, (room: string) => string>> = {
  join_denied: (room) => `You were removed from "${room}" and may not come back yet.`,
  join_refused: (room) => `You were not let into "${room}".`,
  room_closed: (room) => `"${room}" is closed.`,
  room_locked: (room) => `"${room}" is locked: nobody new comes in.`,
};

/** How many fit, livekit knows best. */
const doorOf = ({ state, locked, approval }: GuardedRoom) => ({
  closed: state === 'closed',
  locked,
  approval,
  full: false,
  password: false,
});

function no(status: number, code: string, message: string): Admission {
  return { ok: false, status, code, message };
}
