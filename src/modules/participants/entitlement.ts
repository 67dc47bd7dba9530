import type { Permissions } from '../../access/permissions.ts';
import type { RoomRole } from '../../access/principal.ts';
import { effectivePermissions, type RoomRoles } from '../../access/roles.ts';
import type { Grants } from '../denials/grants.ts';
import type { StandingOf } from '../rooms/standing.ts';
import { isOurs } from './identity.ts';

/** Someone in a room, as LiveKit tells it. */
export interface Present {
  readonly identity: string;
  /** As they joined. */
  readonly role: RoomRole;
  readonly permissions: Permissions;
}

/** What someone is in a room now, and what they may do there. */
export interface Entitlement {
  readonly role: RoomRole;
  readonly permissions: Permissions;
}

type Room = RoomRoles & { readonly id: string };

export interface Entitlements {
  /** What should be so; the caller compares it with what is. */
  of(room: Room, present: Present): Entitlement;
  /** The same without what is lowered for everyone: what changes of one person's permissions begin with. */
  own(room: Room, present: Present): Entitlement;
  /** What the role alone gives. */
  ofRole(room: Room, present: Present): Permissions;
  /** The microphone was taken from them, or from everyone but moderators. */
  isMicLocked(room: Room, present: Omit<Present, 'permissions'>): boolean;
}

/** Puts together what decides over someone's media: membership, the room's sets, what was granted and lowered. */
export function createEntitlements(deps: {
  readonly grants: Pick<Grants, 'of'>;
  readonly standingOf: StandingOf;
}): Entitlements {
  const { grants, standingOf } = deps;

  const roleIn = (room: Room, { identity, role }: Omit<Present, 'permissions'>): RoomRole =>
    standingOf(room.id, identity)?.role ?? role;

  function of(room: Room, present: Present): Entitlement {
    const { identity, permissions } = present;
    const role = roleIn(room, present);
    // What other programs gave their own people is theirs to say; it is only ever lowered.
    const grant = grants.of(room.id, identity) ?? (isOurs(identity) ? undefined : permissions);
    return { role, permissions: effectivePermissions(room, { identity, role, grant }) };
  }

  const unlowered = (room: Room): Room => ({ ...room, lowered: null });

  return {
    of,
    own: (room, present) => of(unlowered(room), present),
    ofRole: (room, present) =>
      effectivePermissions(unlowered(room), { identity: present.identity, role: roleIn(room, present) }),

    isMicLocked(room, present) {
      const { identity } = present;
      const grant = grants.of(room.id, identity);
      if (!grant && !room.lowered) return false;
      const role = roleIn(room, present);
      const speaks = (of: Room, given?: Permissions) =>
        effectivePermissions(of, { identity, role, grant: given }).publish.includes('microphone');
      return speaks(unlowered(room)) && !speaks(room, grant);
    },
  };
}
