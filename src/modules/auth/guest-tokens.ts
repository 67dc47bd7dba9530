import type { Clock } from '../../lib/clock.ts';
import type { SignedTokens } from './signed-tokens.ts';

export interface Guest {
  /** `g_…` */
  readonly identity: string;
  readonly name: string;
}

/** By which a guest comes back as the same one. */
export interface GuestTokens {
  sign(identity: string, name: string): string;
  /** Undefined for a token that is forged or too old. */
  verify(token: string): Guest | undefined;
}

export interface GuestTokensDeps {
  readonly tokens: SignedTokens;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly ttl: number;
}

export function createGuestTokens({ tokens, clock, ttl }: GuestTokensDeps): GuestTokens {
  return {
    sign: (identity, name) => tokens.sign('guest', identity, clock.now() + ttl, { name }),
    verify(token) {
      const claims = tokens.verify('guest', token);
      if (typeof claims === 'string' || typeof claims.name !== 'string') return undefined;
      return { identity: claims.sub, name: claims.name };
    },
  };
}
