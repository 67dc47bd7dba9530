import type { Clock } from '../../lib/clock.ts';
import { signJoinToken } from '../../livekit/tokens/join-token.ts';
import type { LiveKitKey } from '../../livekit/tokens/key.ts';
import type { Admission } from '../../network/front/contract.ts';

const LIFE_MS = 30_000;
const ROOM = 'didar-self-test';
const IDENTITY = 'didar';

/** Join tokens of our own tests of the signalling. */
export interface TestTokens {
  /** A new one, good until `end` is called. */
  take(): { readonly text: string; end(): void };
  /** The gate's answer for one of them; undefined for the tokens of everybody else. */
  admit(token: string | undefined): Admission | undefined;
}

/** Their room is never made: they are only asked about, may do nothing, and no one gets to see them. */
export function createTestTokens({ key, clock }: { key: LiveKitKey; clock: Clock }): TestTokens {
  const sign = signJoinToken({ ...key, clock });
  const taken = new Set<string>();
  return {
    take() {
      const text = sign({
        room: ROOM,
        identity: IDENTITY,
        name: IDENTITY,
        role: 'guest',
        permissions: { publish: [], subscribe: false, data: false, hidden: true },
        expiresAt: clock.now() + LIFE_MS,
      });
      taken.add(text);
      return { text, end: () => void taken.delete(text) };
    },
    admit: (token) =>
      token !== undefined && taken.has(token) ? { ok: true, identity: IDENTITY, room: ROOM } : undefined,
  };
}
