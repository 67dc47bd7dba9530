import { changePermissions, FULL_PERMISSIONS, type Permissions } from './permissions.ts';
import type { RoomRole } from './principal.ts';

/** What a role is allowed in a room: its own media, and what its members may do there. */
export interface RoleSet extends Permissions {
  /** See who is in, mute, kick and ban those who don't rank above, keep the members, lock the room. */
  readonly moderate: boolean;
  readonly record: boolean;
  readonly invite: boolean;
}

/** The roles whose set a room can change. An owner always has everything: a room can't lock out its last one. */
export const CHANGEABLE_ROLES = ['moderator', 'attendee', 'guest'] as const;
export type ChangeableRole = (typeof CHANGEABLE_ROLES)[number];

/** Where the sets of a room differ from what it would have by `permissions` alone. */
export type RoleChanges = Readonly<Partial<Record<ChangeableRole, Partial<RoleSet>>>>;

/** What is left to all but moderators for now, when everyone was muted or lowered. */
export interface Lowered extends Omit<Permissions, 'hidden'> {
  /** Identities that it doesn't cover. */
  readonly except: readonly string[];
}

/** What a room says about its roles. */
export interface RoomRoles {
  /** The short form: what attendees and guests may do, where `roles` doesn't say otherwise. */
  readonly permissions: Permissions;
  readonly roles: RoleChanges;
  /** Null: nothing is lowered. */
  readonly lowered: Lowered | null;
}

const RANKS: readonly RoomRole[] = ['guest', 'attendee', 'moderator', 'owner'];
const ALL_RIGHTS = { moderate: true, record: true, invite: true };
const NO_RIGHTS = { moderate: false, record: false, invite: false };
const AS_MADE: RoomRoles = { permissions: FULL_PERMISSIONS, roles: {}, lowered: null };

/** The set of one role in a room; in one that was never changed when no room is given. */
export function roleSet(role: RoomRole, room: RoomRoles = AS_MADE): RoleSet {
  if (role === 'owner') return { ...FULL_PERMISSIONS, ...ALL_RIGHTS };
  const changes = room.roles[role];
  if (role === 'moderator') return { ...FULL_PERMISSIONS, ...ALL_RIGHTS, ...changes };
  const set = { ...room.permissions, ...NO_RIGHTS, ...changes };
  // Nobody without an account can be held to what they do to others.
  return role === 'guest' ? { ...set, ...NO_RIGHTS } : set;
}

/** Whether the first role ranks above the second: nobody acts on those above, or gives away such a role. */
export function ranksAbove(role: RoomRole, other: RoomRole): boolean {
  return RANKS.indexOf(role) > RANKS.indexOf(other);
}

/**
 * The roles of a room after a change. What the short form names holds for attendees and guests alike from then on,
 * whatever their sets said before.
 */
export function changeRoles(
  room: Pick<RoomRoles, 'permissions' | 'roles'>,
  change: { readonly permissions?: Partial<Permissions>; readonly roles?: RoleChanges },
): Pick<RoomRoles, 'permissions' | 'roles'> {
  const named = Object.keys(change.permissions ?? {});
  const roles: Record<string, Partial<RoleSet>> = { ...room.roles };
  for (const role of ['attendee', 'guest'] as const) {
    const kept = Object.entries(roles[role] ?? {}).filter(([right]) => !named.includes(right));
    roles[role] = Object.fromEntries(kept);
  }
  for (const role of CHANGEABLE_ROLES) {
    roles[role] = { ...roles[role], ...change.roles?.[role] };
    if (Object.keys(roles[role]).length === 0) delete roles[role];
  }
  return { permissions: changePermissions(room.permissions, change.permissions ?? {}), roles };
}

/** One participant, as the room sees them. */
export interface Person {
  readonly identity: string;
  readonly role: RoomRole;
  /** Permissions made for this identity in this room. */
  readonly grant?: Permissions;
}

/**
 * What one participant may do with media in a room: what was granted to this identity there, else what its role's
 * set says; of that, for all but moderators, what everyone's lowering leaves.
 */
export function effectivePermissions(room: RoomRoles, { identity, role, grant }: Person): Permissions {
  const set = roleSet(role, room);
  const { publish, subscribe, data, hidden } = grant ?? set;
  const own = { publish, subscribe, data, hidden };
  const { lowered } = room;
  if (!lowered || set.moderate || lowered.except.includes(identity)) return own;
  return {
    publish: publish.filter((source) => lowered.publish.includes(source)),
    subscribe: subscribe && lowered.subscribe,
    data: data && lowered.data,
    hidden,
  };
}
