import { ROOM_ROLES, type RoomRole } from '../../access/principal.ts';
import type { SignedTokens } from '../auth/signed-tokens.ts';

/** What a ticket says of its bearer. It shows a place in the waiting room and opens nothing else. */
export interface Ticket {
  readonly roomId: string;
  readonly room: string;
  readonly identity: string;
  readonly name: string;
  readonly role: RoomRole;
  /** Since when they wait, in milliseconds since the epoch. */
  readonly since: number;
}

export interface Tickets {
  sign(ticket: Ticket, expiresAt: number): string;
  /** Undefined for one that is forged or too old. */
  verify(token: string): Ticket | undefined;
}

/** Signed, so that who waits keeps the place also over a restart of the server. */
export function createTickets(tokens: SignedTokens): Tickets {
  return {
    sign: ({ identity, ...rest }, expiresAt) => tokens.sign('wait', identity, expiresAt, rest),
    verify(token) {
      const claims = tokens.verify('wait', token);
      if (typeof claims === 'string') return undefined;
      const { sub: identity, roomId, room, name, since } = claims;
      const role = ROOM_ROLES.find((known) => known === claims.role);
      if (typeof roomId !== 'string' || typeof room !== 'string' || typeof name !== 'string')
        return undefined;
      if (typeof since !== 'number' || !role) return undefined;
      return { roomId, room, identity, name, role, since };
    },
  };
}
