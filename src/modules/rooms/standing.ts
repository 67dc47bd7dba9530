import { type MemberRole, type RoomRole, roleOfUser } from '../../access/principal.ts';

/** What an identity is in a room now, whatever a token of earlier says. */
export interface Standing {
  readonly role: RoomRole;
  readonly member: boolean;
  /** Of this server. */
  readonly admin: boolean;
  /** The account was disabled or deleted: it takes part in nothing any more. */
  readonly ended: boolean;
}

/** Undefined for guests and for identities that other programs made up: those are what their tokens say. */
export type StandingOf = (roomId: string, identity: string) => Standing | undefined;

/** What the database has of a user, seen from a room. */
export interface UserInRoom {
  readonly role: 'admin' | 'user';
  readonly disabledAt: number | null;
  readonly memberRole: MemberRole | null;
}

export function createStandings(repo: {
  userInRoom(roomId: string, userId: string): UserInRoom | undefined;
}): StandingOf {
  return (roomId, identity) => {
    if (!identity.startsWith('u_')) return undefined;
    const user = repo.userInRoom(roomId, identity);
    if (!user) return { role: 'guest', member: false, admin: false, ended: true };
    return {
      role: roleOfUser(user.role, user.memberRole ?? undefined),
      member: user.memberRole !== null,
      admin: user.role === 'admin',
      ended: user.disabledAt !== null,
    };
  };
}
