import type { Permissions } from '../../access/permissions.ts';
import { ROOM_ROLES, type RoomRole } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { createJwtSigner, createJwtVerifier } from '../../lib/jwt.ts';
import { createRecentMap } from '../../lib/recent-map.ts';
import type { LiveKitKey } from './key.ts';
import { toVideoGrant } from './permissions.ts';

/** What brings someone to a room that may not be open to everyone. */
export type Bringer = 'invitation' | 'program';

export interface JoinGrant {
  readonly room: string;
  readonly identity: string;
  /** What others see. */
  readonly name: string;
  readonly role: RoomRole;
  readonly permissions: Permissions;
  /** By what the room need not be open to everyone for them. */
  readonly brought?: Bringer | undefined;
  /** The mark of the login by which they join; others in the room can read it. */
  readonly login?: string | undefined;
  /** Our recorder: LiveKit tells its clients of it as such. */
  readonly recorder?: true;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** What LiveKit's room is made with when this is its first participant; times in seconds. */
  readonly roomConfig?: {
    readonly emptyTimeout: number;
    readonly departureTimeout: number;
    readonly maxParticipants: number;
  };
}

/** What the signalling gate needs to know of a join token. */
export interface JoinClaims {
  readonly room: string;
  readonly identity: string;
  readonly role: RoomRole;
  readonly brought?: Bringer | undefined;
  /** The mark of the login by which they joined. */
  readonly login?: string | undefined;
  /** An egress worker's, which signs with the key of the media server. */
  readonly recorder?: true;
}

/** Clocks of our machine and livekit's may differ by this much, when livekit is elsewhere. */
const CLOCK_SKEW_S = 10;
const BRINGERS: readonly Bringer[] = ['invitation', 'program'];
const CACHED_TOKENS = 2_000;

/** Makes the signer of join tokens: exactly the given permissions, for one identity in one room. */
export function signJoinToken(options: LiveKitKey & { readonly clock: Clock }): (grant: JoinGrant) => string {
  const sign = createJwtSigner(options.apiSecret);
  return (grant) => {
    const now = Math.floor(options.clock.now() / 1000);
    return sign({
      iss: options.apiKey,
      sub: grant.identity,
      name: grant.name,
      // LiveKit keeps attributes in the tokens by which a client comes back.
      attributes: { role: grant.role, brought: grant.brought, login: grant.login },
      nbf: now - CLOCK_SKEW_S,
      exp: Math.ceil(grant.expiresAt / 1000),
      roomConfig: grant.roomConfig,
      video: {
        room: grant.room,
        roomJoin: true,
        ...toVideoGrant(grant.permissions),
        recorder: grant.recorder,
      },
    });
  };
}

/**
 * Makes the check of join tokens, ours and those that LiveKit refreshed for a connected client (same key). Answers
 * undefined for a forged, expired, not yet valid or other kind of token. Signatures that held are remembered.
 */
export function verifyJoinToken(
  options: LiveKitKey & { readonly clock: Clock },
): (token: string) => JoinClaims | undefined {
  const verify = createJwtVerifier(options.apiSecret);
  const known = createRecentMap<string, TimedClaims>(CACHED_TOKENS);

  function read(token: string): TimedClaims | undefined {
    const cached = known.get(token);
    if (cached) return cached;
    const claims = timedClaims(verify(token), options.apiKey);
    if (!claims) return undefined;
    known.set(token, claims);
    return claims;
  }

  return (token) => {
    const claims = read(token);
    const now = options.clock.now() / 1000;
    return claims && claims.notBefore <= now + CLOCK_SKEW_S && now < claims.expires ? claims : undefined;
  };
}

interface TimedClaims extends JoinClaims {
  /** Seconds since the epoch. */
  readonly notBefore: number;
  readonly expires: number;
}

function timedClaims(
  claims: Readonly<Record<string, unknown>> | undefined,
  apiKey: string,
): TimedClaims | undefined {
  if (!claims || claims.iss !== apiKey || typeof claims.sub !== 'string' || claims.sub === '')
    return undefined;
  const video = (claims.video ?? {}) as Readonly<Record<string, unknown>>;
  if (video.roomJoin !== true || typeof video.room !== 'string' || typeof claims.exp !== 'number')
    return undefined;
  const attributes = (claims.attributes ?? {}) as Readonly<Record<string, unknown>>;
  return {
    room: video.room,
    identity: claims.sub,
    role: ROOM_ROLES.find((role) => role === attributes.role) ?? 'guest',
    brought: BRINGERS.find((bringer) => bringer === attributes.brought),
    login: typeof attributes.login === 'string' ? attributes.login : undefined,
    ...(video.recorder === true && { recorder: true }),
    notBefore: typeof claims.nbf === 'number' ? claims.nbf : 0,
    expires: claims.exp,
  };
}
