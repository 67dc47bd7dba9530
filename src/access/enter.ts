import type { MemberRole, RoomRole } from './principal.ts';

export const INVITE_ROLES = ['guest', 'attendee', 'moderator'] as const;
/** What an invitation can make of who brings it. */
export type InviteRole = (typeof INVITE_ROLES)[number];

/** How a room stands towards who comes to its door. */
export interface Door {
  readonly access: 'public' | 'members' | 'private';
  /** This server lets people in who have no account. */
  readonly guests: boolean;
  readonly closed: boolean;
  readonly locked: boolean;
  readonly full: boolean;
  readonly password: boolean;
  /** Who joins waits until a moderator lets them in. */
  readonly approval: boolean;
}

/** Who comes: someone signed in, someone without an account, or a program that asks on a guest's behalf. */
export interface Comer {
  readonly kind: 'user' | 'guest' | 'program';
  readonly admin?: boolean | undefined;
  readonly memberRole?: MemberRole | undefined;
  /** Of a program: it may read the room. */
  readonly mayKnow?: boolean;
  /** The role of the invitation that they bring, or that it doesn't hold. */
  readonly invite?: InviteRole | 'invalid' | undefined;
}

/** What is known of them besides. */
export interface Standing {
  /** Kicked or banned, and not forgiven. */
  readonly denied: boolean;
  /** In the room already: joining again replaces their own connection. */
  readonly present: boolean;
  /** What a moderator said in this meeting to them in the waiting room. */
  readonly decision?: 'admitted' | 'refused' | undefined;
  /** A program that may moderate the room vouches for them. */
  readonly vouched?: boolean;
  /** They came by an invitation that holds. */
  readonly invited?: boolean;
  readonly password: 'missing' | 'unchecked' | 'right' | 'wrong';
}

/** Codes of problem documents. */
export type Refusal =
  | 'room_not_found'
  | 'join_not_allowed'
  | 'guests_not_allowed'
  | 'invite_invalid'
  | 'join_denied'
  | 'join_refused'
  | 'room_closed'
  | 'room_locked'
  | 'room_full'
  | 'password_required'
  | 'password_wrong';

export type Passage = 'enter' | 'wait' | 'check-password' | { readonly refusal: Refusal };

const RANK: Record<RoomRole, number> = { guest: 0, attendee: 1, moderator: 2, owner: 3 };

/** Owners and moderators. */
export const moderates = (role: RoomRole): boolean => RANK[role] >= RANK.moderator;

/** The higher of two roles. */
export const higherRole = <A extends RoomRole, B extends RoomRole>(a: A, b: B): A | B =>
  RANK[a] >= RANK[b] ? a : b;

/**
 * As what someone may come to this door, or why not at all. Pure; the first half of who may enter. Membership, an
 * admin's right and an open door give a role; an invitation that holds never lowers it.
 */
export function roleAtDoor(door: Door, comer: Comer): RoomRole | { readonly refusal: Refusal } {
  const { kind, admin = false, memberRole, mayKnow = false, invite } = comer;
  if (kind === 'program') {
    if (!mayKnow) return { refusal: 'room_not_found' };
    return invite === 'invalid' ? { refusal: 'invite_invalid' } : (invite ?? 'guest');
  }
  const own = memberRole ?? (admin ? 'moderator' : undefined);
  if (own === undefined && invite === 'invalid') return refuse(door, 'invite_invalid');
  const invited = invite === 'invalid' ? undefined : invite;
  if (kind === 'guest') {
    if (!door.guests) return refuse(door, 'guests_not_allowed');
    return invited ?? (door.access === 'public' ? 'guest' : refuse(door, 'guests_not_allowed'));
  }
  // Someone with an account is never a guest.
  const asInvited = invited === 'guest' ? 'attendee' : invited;
  const asComes = own ?? (door.access === 'public' ? 'attendee' : undefined);
  if (asInvited !== undefined) return higherRole(asComes ?? asInvited, asInvited);
  return asComes ?? refuse(door, 'join_not_allowed');
}

/**
 * Whether someone who has a role at this door passes it now. Pure; the second half. Asked at each join, and again at
 * each connection with the join token that came of it.
 */
export function passage(door: Omit<Door, 'access' | 'guests'>, role: RoomRole, standing: Standing): Passage {
  const { denied, present, decision, vouched = false, invited = false, password } = standing;
  if (denied) return { refusal: 'join_denied' };
  if (decision === 'refused') return { refusal: 'join_refused' };
  if (door.closed) return { refusal: 'room_closed' };
  if (present) return 'enter';
  if (door.locked && !moderates(role)) return { refusal: 'room_locked' };
  if (door.full) return { refusal: 'room_full' };
  if (moderates(role) || vouched || decision === 'admitted') return 'enter';
  if (door.password && !invited && password !== 'right') {
    if (password === 'unchecked') return 'check-password';
    return { refusal: password === 'wrong' ? 'password_wrong' : 'password_required' };
  }
  return door.approval ? 'wait' : 'enter';
}

/** A private room does not exist for who may not come in. */
function refuse(door: Door, refusal: Refusal): { readonly refusal: Refusal } {
  return { refusal: door.access === 'private' ? 'room_not_found' : refusal };
}
