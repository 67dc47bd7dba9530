import type { DomainError } from '../lib/errors.ts';

/** What an API token may be limited to. `admin` covers the rest. */
export const SCOPES = ['read', 'rooms', 'moderate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export const ROOM_ROLES = ['owner', 'moderator', 'attendee', 'guest'] as const;
export type RoomRole = (typeof ROOM_ROLES)[number];
/** The roles a member can be given; `guest` is what anyone without membership is. */
export type MemberRole = Exclude<RoomRole, 'guest'>;

/** What a user of this server is in a room: their membership, else a moderator as an admin, else an attendee. */
export function roleOfUser(serverRole: 'admin' | 'user', memberRole: MemberRole | undefined): MemberRole {
  return memberRole ?? (serverRole === 'admin' ? 'moderator' : 'attendee');
}

/** Who is asking. Made once for each request by the auth plugin, from the listener and the Authorization header. */
export type Principal =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly role: 'admin' | 'user';
      readonly name: string;
      readonly loginId: string;
    }
  | { readonly kind: 'token'; readonly tokenId: string; readonly scopes: readonly Scope[] }
  /** No credentials, or `rejected` ones: then the reason is told as soon as something is asked for. */
  | { readonly kind: 'anyone'; readonly rejected?: DomainError };

/** How a principal is named as the actor of an event. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return principal.userId;
    case 'token':
      return principal.tokenId;
    default:
      return principal.kind;
  }
}
