import type { Clock } from '../../lib/clock.ts';
import { createJwtSigner, createJwtVerifier } from '../../lib/jwt.ts';

/** What a token is for; one never passes for another. */
export type Audience = 'access' | 'refresh' | 'guest' | 'device' | 'oidc' | 'wait' | 'mark';

export interface SignedClaims {
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly exp: number;
  readonly [extra: string]: unknown;
}

export interface SignedTokens {
  /** A token for `sub` that holds until `expiresAt` (milliseconds since the epoch, rounded up to a second). */
  sign(audience: Audience, sub: string, expiresAt: number, extra?: Readonly<Record<string, unknown>>): string;
  /** The claims of a token that we signed for this purpose; `expired` when its time is over. */
  verify(audience: Audience, token: string): SignedClaims | 'invalid' | 'expired';
}

/** JWTs of our own, HS256 with the server's key. */
export function createSignedTokens({ key, clock }: { key: string; clock: Clock }): SignedTokens {
  const sign = createJwtSigner(key);
  const read = createJwtVerifier(key);
  return {
    sign: (audience, sub, expiresAt, extra) =>
      sign({ ...extra, aud: audience, sub, exp: Math.ceil(expiresAt / 1000) }),
    verify(audience, token) {
      const claims = read(token);
      if (!claims || claims.aud !== audience) return 'invalid';
      if (typeof claims.sub !== 'string' || typeof claims.exp !== 'number') return 'invalid';
      if (claims.exp * 1000 <= clock.now()) return 'expired';
      return claims as SignedClaims;
    },
  };
}
